/** How a process of ours keeps its memory small. Owns what V8 and the C library are told for it. Does not own what is held. */
import { setFlagsFromString } from 'node:v8';

/**
 * By itself, V8 lets garbage grow to several times of what is held before it looks for it, by the size of the machine: a large estate would
 * cost twice its room. Here the heap grows by a third between two looks. A hint to the engine: one that does not know it goes on as it is.
 */
export function collectGarbageEarly(): void {
  setFlagsFromString('--heap-growing-percent=35');
}

/** glibc keeps what is given back once per arena, and makes many of them: threads of zlib and of the SDK would each keep some. */
export const FEW_ARENAS = { MALLOC_ARENA_MAX: '2' } as const;
