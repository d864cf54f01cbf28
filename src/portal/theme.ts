/** Colours and type of the portal. Owns the one accent colour and the contrast of both schemes (AA, checked by axe in CI). */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const accent: MantineColorsTuple = ['#e8f4f8', '#d3e6ee', '#a6ccdc', '#76b1c9', '#4f9ab9', '#378cb0', '#2885ab', '#1a7297', '#1f6f8b', '#0a5a78'];

export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 9 },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  headings: { fontWeight: '650' },
  components: {
    // The colour of an alert is its frame's; its words keep the contrast of text.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    // A dialog's head is no banner of the page.
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, overlayProps: { backgroundOpacity: 0.45 }, attributes: { header: { role: 'presentation' } } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#52606d', '--mantine-color-anchor': '#0a5a78', '--mantine-color-error': '#b3261e', '--mantine-color-placeholder': '#66727f', '--plumbline-ground': '#f5f7f9' },
  dark: { '--mantine-color-dimmed': '#b4bcc4', '--mantine-color-anchor': '#8cc8de', '--mantine-color-error': '#ff9a91', '--mantine-color-placeholder': '#98a2ac', '--plumbline-ground': '#17191c' },
});
