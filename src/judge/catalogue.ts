/** The catalogue of checks as a page for people (docs/checks.md). Owns its layout; a test fails when the page is stale. */
import type { Check } from './check.js';

const HEAD = `# Checks

What Plumbline judges, and why. Made from packs/policies by \`node scripts/checks-page.mjs\`; do not edit by hand.

Every check ends as *pass*, *fail*, *not applicable* or *could not verify*. Whatever a check needs and a platform does not tell is
*could not verify*, never *pass*. Steps that are switched off are left out unless the check says otherwise. What a check could not
look at because a whole type was not read is told once, under the name \`unread:<kind>\`.

To add a check, put a file \`packs/policies/<pack>/<id>.yaml\` beside the others: its expression is CEL and is true when the check
FAILS. It sees \`p\` (properties of the resource), \`resource\` (kind, key, name), \`workflow\` and \`platform\` (properties of its workflow
and of the platform's settings), \`graph\` (upstream, downstream, inputs, openEntry) and \`estate\` (users, admins), and may call
\`re(text, pattern)\` (RE2 syntax), \`lower(text)\`, \`overlaps(list, list)\` and \`hostIn(host, list)\`. \`matches\` is refused, as it can
run for ever. \`when\` says where the check applies, \`needs\` what must be known. Each check carries examples of what it allows and
what it does not; the tests run them.
`;

export function checksPage(checks: readonly Check[]): string {
  const index = checks.map((check) => `| [${check.id}](#${check.id.toLowerCase()}) | ${check.severity} | ${check.title} |`).join('\n');
  return `${HEAD}\n| check | severity | what it finds |\n|---|---|---|\n${index}\n\n${checks.map(section).join('\n')}`;
}

function section(check: Check): string {
  const { mappings, examples } = check;
  const controls = [
    ['OWASP Citizen Development', mappings.owaspCdSec], ['OWASP low-code (2022)', mappings.owaspLcnc], ['NIST SP 800-53 r5', mappings.nist80053],
    ['NIST CSF 2.0', mappings.csf], ['ISO/IEC 27001:2022', mappings.iso27001],
  ] as const;
  return [
    `## ${check.id}`, '', `**${check.title}** (${check.severity}, version ${check.version}, ${check.lifecycle}${scopeOf(check)})`, '', check.rationale, '',
    'What to do:', '', ...check.remediation.map((step, index) => `${index + 1}. ${step}`), '',
    `Controls: ${controls.filter(([, ids]) => ids !== undefined).map(([name, ids]) => `${name} ${ids!.join(', ')}`).join('; ')}.`, '',
    `Allowed: a resource that ${examples.allowed.map((example) => example.name).join('; or that ')}. Not allowed: one that ${examples.disallowed.map((example) => example.name).join('; or that ')}.`, '',
  ].join('\n');
}

function scopeOf(check: Check): string {
  const { connectors, disabled } = check.appliesTo;
  return `${connectors === undefined ? '' : `, ${connectors.join(' and ')} only`}${disabled ? ', switched-off steps too' : ''}`;
}
