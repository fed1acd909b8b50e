import { totalmem } from "node:os";

/**
 * Bytes of memory this process may use before the kernel ends it: the limit of its control group, or all there is.
 * @param constrained what `process.constrainedMemory()` says; 0 or more than there is where nothing limits it
 */
export function memoryLimit(constrained: number = process.constrainedMemory()): number {
  const all = totalmem();
  return constrained > 0 && constrained < all ? constrained : all;
}
