import { Failed, type FailureName } from "../exchange/failure.ts";

/**
 * Errors of the system for what is used up on our side (connect(2), socket(2)): files and memory of the kernel, and ports of our addresses. Of
 * these there is a range for each endpoint.
 */
const USED_UP: ReadonlyMap<string, FailureName> = new Map([
  ["EMFILE", "out_of_sockets"],
  ["ENFILE", "out_of_sockets"],
  ["ENOBUFS", "out_of_sockets"],
  ["ENOMEM", "out_of_sockets"],
  ["EAGAIN", "out_of_sockets"],
  ["EADDRNOTAVAIL", "out_of_ports"],
]);

/**
 * Why no connection was made. What is used up on our side says nothing about the endpoint, and must not be held against it.
 * @param where the endpoint, "10.0.0.7:8080". @returns out_of_sockets, out_of_ports or connect_failed
 */
export function connectFailure(error: NodeJS.ErrnoException, where: string): Failed {
  const failure = USED_UP.get(error.code ?? "") ?? "connect_failed";
  return new Failed(failure, `${where}: ${error.message || "connection closed"}`);
}
