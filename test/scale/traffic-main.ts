// A process of its own: the pods, and the clients who load the gateway.
import { Load, type LoadOptions } from "./load.ts";
import { startUpstream } from "./upstream.ts";

export type ToTraffic = { readonly kind: "start"; readonly options: LoadOptions } | { readonly kind: "stop" };

let load: Load | null = null;
const upstream = await startUpstream();
process.on("message", (message: ToTraffic) => {
  if (message.kind === "start") load = new Load(message.options);
  else void load?.stop().then((counts) => process.send?.(counts));
});
process.on("disconnect", () => process.exit());
process.send?.({ port: upstream.port });
