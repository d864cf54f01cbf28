/** The severity table: complete, and never milder for something more exposed. */
import { describe, expect, it } from 'vitest';
import { EXPOSURES, severityOf } from '../../../src/compare/severity.js';
import { DRIFT_CLASSES } from '../../../src/model/drift.js';
import { severityRank } from '../../../src/model/severity.js';

describe('the severity of drift', () => {
  it.each(DRIFT_CLASSES)('of %s is known for every exposure and never milder where more is exposed', (driftClass) => {
    const ranks = EXPOSURES.map((exposure) => severityRank(severityOf(driftClass, exposure)));

    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });

  it('is worst for a live entry point that asks for nothing any more', () => {
    expect(severityOf('auth-removed', 'open')).toBe('critical');
  });
});
