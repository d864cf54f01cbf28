/**
 * Tells quickly that a text holds no secret: nearly all texts do not. Owns the words that each detector needs to be there, and looking for
 * them. A text without any of these holds nothing that a detector would find. Pure.
 */

/**
 * What may be there, and three characters that it then surely holds. In these `#` stands for any digit and `?` for any character, also for
 * none at the beginning; whoever adds a word adds its three.
 */
const WORDS: readonly (readonly [pattern: string, ...threes: string[]])[] = [
  [String.raw`hook\.`, 'ok.'], [String.raw`hooks\.zapier`, 'zap'], [String.raw`script\.google`, 't.g'], ['-----BEGIN', '---'], ['eyJ', 'eyj'], ['AKIA', 'aki'], ['ASIA', 'asi'], ['webhook', 'bho'],
  [String.raw`hooks\.slack`, 's.s'], ['bearer', 'rer'], ['basic ', 'ic '], ['x-', '?x-'], ['mysql', 'mys'], ['mariadb', 'iad'], ['7z', '?7z'], ['pw', '?pw'], [String.raw`:\/\/[^\s]{0,300}@`, '://'],
  ['pass', 'pas'], ['secret', 'ecr'], ['token', 'oke'], ['key', 'key'], ['authorization', 'riz'], ['jwt', 'jwt'], ['cookie', 'oki'], ['sig', 'sig'], ['auth=', 'th='], ['code=', 'de='], [String.raw`\d{8}:`, '##:'],
  ['-u', '?-u'], ['--user', '-us'], ['sk-', 'sk-'], ['sk_', 'sk_'], ['rk_', 'rk_'], ['gh[pousr]_', 'hp_', 'ho_', 'hu_', 'hs_', 'hr_'], ['glpat', 'lpa'], ['xox', 'xox'], ['xapp', 'xap'], ['AIza', 'iza'], ['ya29', 'a29'],
  ['GOCSPX', 'csp'], ['npm_', 'pm_'], [String.raw`SG\.`, 'sg.'], ['hf_', 'hf_'], ['shp', 'shp'], ['_v1_', 'v1_'], [String.raw`pat[A-Za-z0-9]{14}\.`, 'pat'], ['lin_api', '_ap'], ['gsk_', 'sk_'], ['xai-', 'xai'],
  ['pplx', 'plx'], ['r8_', 'r8_'], ['ntn_', 'tn_'], ['tvly', 'vly'], ['dapi', 'dap'], ['sq0', 'sq0'], ['EAA', 'eaa'],
  ['whsec_', 'hse'], ['github_pat', 'hub'], ['glptt', 'lpt'], ['gldt-', 'ldt'], ['glrt-', 'lrt'], ['glsoat', 'lso'], ['n8n_api', '8n_'], [String.raw`hvs\.`, 'hvs'], ['pypi-', 'ypi'], ['dckr_pat', 'kr_'], ['PMAK-', 'mak'], ['ATATT3', 'tt3'],
  ['sbp_', 'sbp'], ['figd_', 'gd_'], ['rubygems_', 'ms_'], [String.raw`mcp\.zapier`, 'zap'], [String.raw`api\.telegram`, 'i.t'], [String.raw`maker\.ifttt`, 'ftt'], ['pagerduty', 'rdu'], ['open-apis/bot', 's/b'], ['calendar/ical', 'r/i'],
  [String.raw`hooks\.airtable`, 's.a'], ['jdbc:', 'dbc'], ['appid=', 'pid'], ['sid=', 'id='], ['session_?id=', 'id='], ['sessid=', 'id='], ['ticket=', 'et='], [String.raw`pin["'\]\\]{0,3}\s{0,3}[:=]`, 'pin'],
  [String.raw`auth["']?\s{0,3}[=:([]`, 'uth'], [String.raw`authenticate["']?\s{0,3}[=:([]`, 'uth'], [String.raw`login["']?\s{0,3}[=:([]`, 'gin'], [String.raw`signin["']?\s{0,3}[=:([]`, 'gin'], [String.raw`credentials?["']?\s{0,3}[=:([]`, 'ede'],
  ['identified', 'tif'], ['пароль', 'рол'], ['密码', '?密码'], ['密碼', '?密碼'],
];

/** The slow look, exact. */
export const WORTH_A_LOOK = new RegExp(WORDS.map(([pattern]) => pattern).join('|'), 'i');

/** Five bits of a character, the same for a large and a small letter. Others may have the same: the table only says "perhaps". */
function codesOf(sign: string): number[] {
  if (sign === '?') return Array.from({ length: 32 }, (_each, code) => code);
  return [...(sign === '#' ? '0123456789' : sign)].map((each) => each.charCodeAt(0) & 31);
}

function tableOfThrees(): Uint8Array {
  const table = new Uint8Array(1 << 15);
  for (const three of WORDS.flatMap(([, ...threes]) => threes)) {
    const [first, second, third] = [...three].map(codesOf);
    for (const a of first!) for (const b of second!) for (const c of third!) table[(a << 10) | (b << 5) | c] = 1;
  }
  return table;
}
const THREES = tableOfThrees();

/** Texts that were looked at and hold none of the words: platforms repeat the same ones by the thousand. None with a secret is kept. */
let harmless = new Set<string>();
const MOST_HARMLESS = 4_000;
const LONGEST_HARMLESS = 200;

/** false = it surely holds nothing that a detector would find. */
export function mayHoldSecret(text: string): boolean {
  let three = 0;
  for (let at = 0; at < text.length; at += 1) {
    three = ((three << 5) & 0x7fff) | (text.charCodeAt(at) & 31);
    if (THREES[three] !== 1) continue;
    if (harmless.has(text)) return false;
    if (WORTH_A_LOOK.test(text)) return true;
    noteHarmless(text);
    return false;
  }
  return false;
}

export function noteHarmless(text: string): void {
  if (text.length > LONGEST_HARMLESS) return;
  if (harmless.size >= MOST_HARMLESS) harmless = new Set();
  harmless.add(text);
}
