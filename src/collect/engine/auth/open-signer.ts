/** From a manifest's `auth` to what signs requests in. Owns the choice, and the kinds that need no request of their own. */
import type { AuthRule } from '../../manifest/auth-schema.js';
import { fillKeys, fillText } from '../given.js';
import type { Named } from '../given.js';
import type { SignInDesk } from './desk.js';
import { loginGrant } from './login.js';
import { oauthGrant } from './oauth2.js';
import { basic, fixedSigner, tokenSigner } from './signer.js';
import type { Signer } from './signer.js';

export function openSigner(auth: AuthRule, desk: SignInDesk): Signer {
  const named: Named = { title: desk.connector.title, host: desk.door.host };
  switch (auth.kind) {
    case 'none': return fixedSigner({ headers: {}, query: [] });
    case 'header': return fixedSigner({ headers: fillKeys(auth.set, desk.secret, named), query: [] });
    case 'query': return fixedSigner({ headers: {}, query: Object.entries(fillKeys(auth.set, desk.secret, named)) });
    case 'basic': return fixedSigner({ headers: { Authorization: basic(fillText(auth.username, desk.secret, named), fillText(auth.password, desk.secret, named)) }, query: [] });
    case 'login': {
      const ready = auth.readyToken === undefined ? undefined : desk.secret[auth.readyToken];
      if (ready !== undefined && ready !== '') return fixedSigner({ headers: fillKeys(auth.set, { ...desk.secret, access_token: ready }, named), query: [] });
      return tokenSigner(() => loginGrant(auth, desk));
    }
    case 'oauth2': return tokenSigner(oauthGrant(auth, desk));
  }
}
