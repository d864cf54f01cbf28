/**
 * The closed set of operators of the manifest language. An operator is an object with one main key (`{ first: [...] }`) and
 * its further arguments; a plain text is a path; `{ value: ... }` is a constant. There is no other way to compute.
 * docs/connectors/language.md documents each one; a test compares.
 */
import type { OperatorRule } from './operator.js';
import { CHOICE } from './operators/choice.js';
import { JOINS } from './operators/joins.js';
import { LISTS } from './operators/lists.js';
import { OBJECTS } from './operators/objects.js';
import { TEXTS } from './operators/texts.js';

export const OPERATORS: Readonly<Record<string, OperatorRule>> = { ...CHOICE, ...LISTS, ...OBJECTS, ...TEXTS, ...JOINS };
