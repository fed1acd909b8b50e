// The program of a worker, with a middleware of ours in the place of `https-redirect`: there are no plugins that could bring one.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const ours = specifier === "./https-redirect.ts" && context.parentURL?.endsWith("/middleware/registry.ts") === true;
    return next(ours ? new URL("faulty-middleware.ts", import.meta.url).href : specifier, context);
  },
});
await import("../../src/processes/worker-main.ts");
