/** Builds the portal into dist/portal. Owns nothing at run time. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: '../../dist/portal', emptyOutDir: true, sourcemap: false, chunkSizeWarningLimit: 900 },
});
