/** Builds the portal into dist/portal. Owns nothing at run time. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig(({ command }) => {
  // Whoever builds may have set it (a test runner does); what is shipped never holds the development half of React.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    root: import.meta.dirname,
    plugins: [react()],
    build: { outDir: '../../dist/portal', emptyOutDir: true, sourcemap: false, chunkSizeWarningLimit: 900 },
  };
});
