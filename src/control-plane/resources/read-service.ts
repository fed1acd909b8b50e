import { shown, type Field } from "./field.ts";
import { onlyWritten } from "./only-written.ts";
import type { ObjectMeta } from "./resource.ts";
import type { Service, ServicePort } from "./service.ts";

/** Shapes a Service; a bad port costs that port. */
export function readService(object: Field, metadata: ObjectMeta): Service {
  const spec = object.at("spec").map();
  const selector = spec.at("selector");
  return {
    kind: "Service",
    metadata,
    spec: onlyWritten<Service["spec"]>({
      type: spec.at("type").text() ?? "ClusterIP",
      clusterIP: spec.at("clusterIP").orElse(undefined, (address) => address.text()),
      externalName: spec.at("externalName").text(),
      selector: selector.written ? selector.orElse(undefined, (labels) => labels.texts()) : undefined,
      publishNotReadyAddresses: spec.at("publishNotReadyAddresses").orElse(false, (flag) => flag.flag() ?? false),
      // Nothing points at a port of a Service by its index.
      ports: spec
        .at("ports")
        .items(readPort)
        .filter((port) => port !== null),
    }),
  };
}

function readPort(port: Field): ServicePort {
  port.map();
  return onlyWritten<ServicePort>({
    name: port.at("name").text(),
    port: port.at("port").must(port.at("port").port()),
    targetPort: readTargetPort(port.at("targetPort")),
    protocol: port.at("protocol").text() ?? "TCP",
    appProtocol: port.at("appProtocol").orElse(undefined, (protocol) => protocol.text()),
  });
}

function readTargetPort(target: Field): number | string | undefined {
  if (typeof target.value === "number") return target.port();
  const name = target.text();
  if (name === undefined || /[a-z]/i.test(name)) return name;
  const says = `must be a number or the name of a container port, but is the text ${shown(name)}`;
  return target.fail("FieldWrongType", says, "Write the number without quotes");
}
