/** Findings of all platforms. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { FindingsTable } from '../parts/findings-table.js';
import { Page } from '../parts/page.js';

export function FindingsPage(): JSX.Element {
  const search = useSearch({ from: '/shell/findings' });
  const navigate = useNavigate({ from: '/findings' });
  return (
    <Page title="Findings" about="Open findings of every platform, worst first, as of the last scan of each.">
      <FindingsTable search={search} onSearch={(next) => void navigate({ search: next, replace: true })} showPlatform />
    </Page>
  );
}
