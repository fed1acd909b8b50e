/** What Node's own modules call behind `toString`; missing from the types. */
interface Latin1Buffer {
  latin1Slice?(start: number, end: number): string;
}

/** `buffer.toString("latin1", start, end)` without looking the encoding up, which for a small head takes as long as the copying. */
export function latin1(buffer: Buffer, start: number, end: number): string {
  return (buffer as Latin1Buffer).latin1Slice?.(start, end) ?? buffer.toString("latin1", start, end);
}
