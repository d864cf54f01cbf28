/** A table in its frame: heads, scrolling sideways on a narrow screen. Owns the look of tables. */
import { Table } from '@mantine/core';
import type { JSX, ReactNode } from 'react';

export interface Column {
  head: ReactNode;
  numbers?: boolean;
  width?: number | string;
}

export function Sheet({ columns, minWidth, label, children }: { columns: readonly Column[]; minWidth: number; label: string; children: ReactNode }): JSX.Element {
  return (
    <div className="sheet">
      <div role="group" aria-label={label} tabIndex={0} style={{ overflowX: 'auto' }}>
        <Table verticalSpacing={7} horizontalSpacing="sm" highlightOnHover aria-label={label} miw={minWidth}>
          <Table.Thead>
            <Table.Tr>{columns.map((column, index) => <Table.Th key={index} scope="col" w={column.width} className={column.numbers ? 'numbers' : undefined}>{column.head}</Table.Th>)}</Table.Tr>
          </Table.Thead>
          <Table.Tbody>{children}</Table.Tbody>
        </Table>
      </div>
    </div>
  );
}
