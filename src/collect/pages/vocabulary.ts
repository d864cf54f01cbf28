/** The words that resources are told in, for whoever writes a manifest: kind, property, meaning. Owns these sentences; src/model/resource.ts owns the types. */
import type { ResourceKind } from '../../model/resource.js';

export interface Word {
  readonly name: string;
  readonly meaning: string;
  /** a shipped check reads it; a test compares with packs/policies */
  readonly checked?: true;
}

const checked = (name: string, meaning: string): Word => ({ name, meaning, checked: true });
const told = (name: string, meaning: string): Word => ({ name, meaning });

/** Derived from `steps.yaml`; a manifest writes none of them, but `extra`. */
const STEP: readonly Word[] = [
  checked('type', 'Native type.'), checked('class', 'What it does; the list is below.'), checked('enabled', 'False when it, or its workflow, is switched off.'),
  checked('hosts', 'Hosts that it talks to.'), checked('dynamicHost', 'True when a host is worked out at run time.'), checked('clearText', 'True when an address is not encrypted; absent where nobody can tell.'),
  checked('tlsVerify', 'False when certificates are not checked.'), checked('authentication', 'How callers, or the request, sign in.'), checked('credentials', 'References to stored credentials: `{ type, id, name }`.'),
  checked('inlineSecrets', 'Where a secret stands in clear; found by the engine.'), told('code', 'Program text.'), checked('modules', 'What the program loads.'), checked('ai', 'Provider and model.'),
  told('path', 'Path of an entry point.'), told('method', 'HTTP method.'), checked('public', 'True when anyone may open it.'), checked('corsOrigins', 'Allowed origins.'),
  checked('untrustedInput', 'True when a caller\'s data gets into a query, command or prompt.'), checked('onError', '`stop`, `continue` or `route`.'), checked('broker', 'By `extra`: the shared connection to a message broker.'),
];

export const VOCABULARY: Readonly<Partial<Record<ResourceKind, readonly Word[]>>> = {
  workflow: [
    checked('enabled', 'True when it runs.'), told('owner', 'Who is responsible.'), told('tags', 'Labels, as a set.'), told('description', 'What people wrote about it.'), checked('archived', 'True when it is put away.'),
    checked('draftDiffers', 'True when a draft waits beside what runs; worked out with `published`.'), checked('errorWorkflow', 'Id of the workflow that runs on an error.'), checked('callerPolicy', 'Who may call it as a sub-workflow: `any`, `workflowsFromSameOwner` ...'),
    checked('availableInMcp', 'True when it is offered to AI clients.'), checked('settings', 'Settings of its own.'), checked('type', 'Its native type, where a platform has several.'), checked('inlineSecrets', 'Found by the engine.'),
  ],
  step: STEP, 'entry-point': STEP, 'ai-step': STEP,
  user: [
    told('role', 'The role, by the platform\'s own name.'), checked('administrator', 'True when the account may manage the whole platform.'), checked('mfaEnabled', 'True when it has a second factor; absent where the platform does not tell.'),
    checked('pending', 'True when it was invited and never signed in.'), told('active', 'False when it is switched off; `disabled` follows from it.'), checked('disabled', 'True when it is switched off or locked.'),
    told('sso', 'True when it signs in by the company\'s sign-in.'), told('external', 'True for a guest.'), told('service', 'True when it is no person.'),
  ],
  role: [told('scopes', 'Rights by the platform\'s own names, as a set.'), told('administrator', 'True when it may manage the whole platform.'), told('builtIn', 'True when it comes with the platform.')],
  grant: [told('subject', 'Who: the key of another resource, or `everyone`.'), told('subjectKind', '`user`, `group`, `role`, `service`, `everyone`, `public-link`.'), told('object', 'On what.'), told('objectKind', 'What that is.'), told('level', 'The platform\'s own word.'), told('through', 'Where it is inherited from.')],
  group: [told('type', 'team, group, project ...'), told('members', 'Keys of users, as a set.'), told('memberCount', 'Only where members are not read.')],
  'credential-ref': [
    told('type', 'Of what app or kind.'), told('owner', 'Whose it is.'), checked('isGlobal', 'True when everybody on the platform may use it.'), told('sharedWith', 'Names or keys, as a set.'), told('hosts', 'Where it is sent.'),
    told('valid', 'False when the platform says that it no longer works.'), told('expiresAt', 'End of validity.'),
  ],
  connector: [checked('type', 'What it is.'), told('hosts', 'What it talks to.'), told('custom', 'True when people made it.'), told('enabled', 'False when it is switched off.'), told('authentication', 'How it signs in.'), told('group', 'Its class in a data-loss policy.'),
    checked('class', 'Of shared configuration of a `flat-by-id` layout.'), checked('broker', 'Likewise: the message broker.'), checked('clearText', 'Likewise: not encrypted.'), checked('tlsVerify', 'Likewise: certificates are not checked.'), checked('inlineSecrets', 'Found by the engine.')],
  environment: [told('type', 'workspace, environment, variable ...'), told('purpose', '`production`, `development`, `test`, `sandbox`, `trial`, `default`.'), told('region', 'Where it is.'), told('isDefault', 'True for the one that is always there.')],
  'data-store': [told('type', 'table, base, store ...'), told('hosts', 'Where it is.'), told('public', 'True when it can be read without an account.'), told('owner', 'Whose it is.')],
  package: [told('version', 'Its version.'), checked('builtIn', 'True when it is part of the platform; absent counts as somebody else\'s.'), told('enabled', 'False when it is switched off.'), told('types', 'Types of steps that it brings.'), told('integrity', 'Its checksum.')],
  'platform-settings': [
    told('version', 'Version of the platform.'), checked('telemetry', 'True when the platform reports on its use to the vendor.'), checked('paletteInstall', 'True when people may install packages in the editor.'),
    checked('communityPackages', 'True when packages of the community may be used.'), checked('functionExternalModules', 'True when code may load modules from the registry.'), checked('credentialEncryption', 'By what key stored credentials are encrypted: `user`, `system`, `disabled`.'),
    checked('adminAuth', 'Node-RED: sign-in of the editor.'), checked('httpNodeAuth', 'Node-RED: sign-in of all HTTP entry points.'), checked('httpNodeCors', 'Node-RED: allowed origins of these.'), checked('uiHost', 'Node-RED: address that the editor listens on.'),
    checked('inlineSecrets', 'Found by the engine.'),
  ],
  'audit-event': [told('at', 'When.'), told('actor', 'Who.'), told('action', 'What, by the platform\'s own word.'), told('object', 'On what.'), told('objectKind', 'What that is.')],
};
