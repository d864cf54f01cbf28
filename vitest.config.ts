/**
 * Test projects. unit: pure, no server. workflow: time-skipping Temporal and replay. integration, acceptance and live: real servers,
 * one PostgreSQL and one Temporal server per run (test/support/global-setup.ts). live adds the heavy real platforms.
 */
import { defineConfig } from 'vitest/config';

const servers = {
  pool: 'forks' as const,
  maxWorkers: 2,
  testTimeout: 60_000,
  hookTimeout: 180_000,
  globalSetup: ['test/support/global-setup.ts'],
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], pool: 'forks', maxWorkers: 2, testTimeout: 60_000 } },
      { test: { name: 'workflow', include: ['test/workflow/**/*.test.ts', 'test/replay/**/*.test.ts'], ...servers } },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts', 'test/acceptance/**/*.test.ts'], ...servers } },
      { test: { name: 'live', include: ['test/live/**/*.test.ts'], ...servers, testTimeout: 300_000, hookTimeout: 1_200_000 } },
    ],
  },
});
