/** What a connector asks for, as form fields: the choice of the connector itself, its address, its key. Owns no request. */
import { Alert, PasswordInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { JSX } from 'react';
import type { Connector } from '../../api/schemas.js';

type Values = Readonly<Record<string, string>>;

export function ChooseConnector({ connectors, value, onChange }: { connectors: readonly Connector[]; value: string; onChange: (id: string) => void }): JSX.Element {
  const chosen = connectors.find((connector) => connector.id === value);
  const option = ({ id, title }: Connector): { value: string; label: string } => ({ value: id, label: title });
  const groups = [
    { group: 'Read by its API', items: connectors.filter((one) => one.liveSource).map(option) },
    { group: 'Read from exported files', items: connectors.filter((one) => !one.liveSource).map(option) },
  ];
  return (
    <Select label="Platform" required searchable selectFirstOptionOnChange nothingFoundMessage="No connector of this name. The guide in docs/ shows how to write one." data={groups.filter(({ items }) => items.length > 0)}
      value={value || null} onChange={(id) => onChange(id ?? '')} description={chosen?.about} inputWrapperOrder={['label', 'error', 'input', 'description']} maxDropdownHeight={320} />
  );
}

export function FilesOnly({ connector }: { connector: Connector }): JSX.Element {
  return (
    <Alert color="blue" title={`${connector.title} has no API to connect to`}>
      <Text size="sm">It is judged from files that it exports. Put them into a folder and run <code>bin/plumbline scan FOLDER</code>.</Text>
    </Alert>
  );
}

export function AddressField({ connector, value, onChange }: { connector: Connector | undefined; value: string; onChange: (value: string) => void }): JSX.Element {
  const { label, example, fixed } = connector?.address ?? { label: 'Address', example: null, fixed: null };
  return (
    <TextInput label={label} placeholder={example ?? 'https://platform.example.org'} description={fixed === null ? undefined : 'This platform has one address for everybody.'} required readOnly={fixed !== null}
      value={fixed ?? value} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}

export function ConnectorFields({ connector, values, onChange }: { connector: Connector; values: Values; onChange: (values: Values) => void }): JSX.Element {
  return <Stack>{connector.secretFields.map((field) => <OneField key={field.name} field={field} value={values[field.name] ?? ''} onChange={(value) => onChange({ ...values, [field.name]: value })} />)}</Stack>;
}

function OneField({ field, value, onChange }: { field: Connector['secretFields'][number]; value: string; onChange: (value: string) => void }): JSX.Element {
  const shared = { label: field.label, description: field.hint, required: field.required, autoComplete: 'off' };
  if (field.kind === 'choice') return <Select {...shared} allowDeselect={!field.required} data={field.options ?? []} value={value || null} onChange={(chosen) => onChange(chosen ?? '')} />;
  if (field.kind === 'text') return <TextInput {...shared} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
  // A private key has lines; a password field would join them.
  if (/private key/i.test(field.label)) return <Textarea {...shared} autosize minRows={3} maxRows={8} spellCheck={false} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
  return <PasswordInput {...shared} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}
