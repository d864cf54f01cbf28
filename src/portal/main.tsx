/** Starts the portal in the browser. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './portal.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api-client.js';
import { router } from './router.js';
import { NOBODY } from './session.js';
import { cssVariables, theme } from './theme.js';

/** A session that ended on the server ends here too: the frame then leads to the sign-in, and back afterwards. */
function onRefusal(error: unknown): void {
  if (error instanceof ApiProblem && error.code === 'PLB-AUTH-001') queries.setQueryData(['me'], NOBODY);
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onRefusal }),
  defaultOptions: { queries: { staleTime: 5_000, retry: (count, error) => count < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500) } },
});

createRoot(document.getElementById('root')!).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" colorSchemeManager={localStorageColorSchemeManager({ key: 'plumbline-scheme' })}>
    <QueryClientProvider client={queries}>
      <ModalsProvider>
        <Notifications position="top-right" />
        <RouterProvider router={router} />
      </ModalsProvider>
    </QueryClientProvider>
  </MantineProvider>,
);
