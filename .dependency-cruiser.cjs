/** Who may import whom (docs/architecture.md). One way: model <- rooms <- store <- activities, api, cli <- runtime. */
const ROOMS = 'collect|compare|judge|map|assess|certify|remind|report|record|identity';
const only = (name, comment, path, except) => ({ name, comment, severity: 'error', from: { path: '^(src|workflows|activities)/', pathNot: except }, to: { path } });

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'model-imports-nobody', severity: 'error', from: { path: '^src/model/' }, to: { path: '^(src|workflows|activities)/', pathNot: '^src/model/' } },
    { name: 'contracts-import-only-model', severity: 'error', from: { path: '^src/contracts/' }, to: { path: '^(src|workflows|activities)/', pathNot: '^src/(contracts|model)/' } },
    { name: 'rooms-do-not-look-up', severity: 'error', from: { path: `^src/(${ROOMS})/` }, to: { path: '^(src/(store|api|portal|cli|runtime|contracts)|workflows|activities)/' } },
    { name: 'rooms-meet-at-the-door', comment: 'another room only through its index.ts', severity: 'error', from: { path: `^src/(${ROOMS})/` }, to: { path: `^src/(${ROOMS})/`, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] } },
    { name: 'store-does-not-look-up', severity: 'error', from: { path: '^src/store/' }, to: { path: '^(src/(api|portal|cli|runtime|contracts)|workflows|activities)/' } },
    { name: 'outside-uses-rooms-by-their-door', severity: 'error', from: { path: '^(src/(store|api|cli|runtime)|activities)/' }, to: { path: `^src/(${ROOMS})/`, pathNot: '^src/[^/]+/index\\.ts$' } },
    { name: 'nobody-imports-runtime', severity: 'error', from: { path: '^(src/(model|store|api|contracts)|workflows|activities)/' }, to: { path: '^src/runtime/' } },
    { name: 'workflows-are-shells', severity: 'error', from: { path: '^workflows/' }, to: { path: '^(src|activities)/', pathNot: ['^src/(model|contracts)/', '^src/remind/ladder\\.ts$'], dependencyTypesNot: ['type-only'] } },
    { name: 'workflows-touch-no-node', severity: 'error', from: { path: '^workflows/' }, to: { dependencyTypes: ['core'] } },
    { name: 'portal-knows-only-the-api', severity: 'error', from: { path: '^src/portal/' }, to: { path: '^(src|workflows|activities)/', pathNot: ['^src/(portal|model)/', '^src/api/schemas'] } },
    only('axios-in-one-place', 'the one outbound door', 'node_modules/axios/', '^src/collect/http/'),
    only('sql-lives-in-store', 'the only SQL', 'node_modules/(pg|kysely)/', '^src/(store|identity)/'),
    only('puppeteer-in-one-file', 'one renderer', 'node_modules/puppeteer', '^src/report/chromium\\.ts$'),
    only('nodemailer-in-one-file', 'one transport', 'node_modules/nodemailer/', '^src/remind/smtp\\.ts$'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist/|^test/|^bench/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  },
};
