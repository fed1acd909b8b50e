import type { MiddlewareFactory } from "./factory.ts";

/** What may be written in a field; names of objects in a folder may be anything. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/**
 * Tells a Service that stands in for another what it is asked for, in the fields of ingress-nginx's default backends. Nothing a client says
 * under these names goes on.
 * Options: `code`, the status that would be answered; `namespace`, `ingress`, `service`, `port`: what would be asked.
 */
export const defaultBackend: MiddlewareFactory = ({ code, namespace, ingress, service, port }) => {
  const said = {
    "X-Code": code,
    "X-Namespace": namespace,
    "X-Ingress-Name": ingress,
    "X-Service-Name": service,
    "X-Service-Port": port,
  };
  const fields = Object.entries(said).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
    return { name, value: PRINTABLE.test(text) ? text : null };
  });
  return function tellDefaultBackend(exchange, next) {
    const { headers } = exchange.request;
    const accept = headers.all("accept").join(", ");
    headers.delete("x-format");
    if (accept !== "") headers.append("X-Format", accept);
    for (const { name, value } of fields) {
      headers.delete(name.toLowerCase());
      if (value !== null) headers.append(name, value);
    }
    return next(exchange);
  };
};
