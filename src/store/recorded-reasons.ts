/**
 * The words of a person as the audit trail keeps them: for ever, in every export. Owns what is taken out of them first: secrets and mail
 * addresses, which nobody could take out later. The decision's own row keeps the words as they were written.
 */
import { findSecrets } from '../collect/index.js';
import { columnText } from './values.js';

const LONGEST = 1000;
const ADDRESS = /[^\s@<>,;:"'()]{1,64}@[^\s@<>,;:"'()]{1,255}/g;

export function recordedReason(text: string): string {
  const plain = columnText(text).replaceAll(/\s+/g, ' ').trim();
  const screened = findSecrets(plain).reduceRight((rest, { start, end }) => `${rest.slice(0, start)}(a secret was taken out)${rest.slice(end)}`, plain);
  return screened.replaceAll(ADDRESS, '(an address was taken out)').slice(0, LONGEST);
}
