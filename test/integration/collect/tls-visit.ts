/** One visit through the door, as a program of its own: which authorities are trusted is settled when Node.js starts. Prints the result. */
import { openDoor } from '../../../src/collect/http/door.js';
import { PlumblineError } from '../../../src/model/errors.js';

const door = openDoor({ baseUrl: process.argv[2] ?? '', allowLoopback: true, limits: { headerMs: 5_000, totalMs: 5_000 } });
try {
  const answer = await door.send({ path: '/things', headers: { 'X-Api-Key': 'key-0001-canary' } });
  console.log(JSON.stringify({ status: answer.status }));
} catch (error) {
  console.log(JSON.stringify(error instanceof PlumblineError ? { code: error.code, message: error.message, cause: error.details['cause'] ?? null } : { defect: String(error) }));
}
door.close();
