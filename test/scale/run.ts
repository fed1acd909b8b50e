// `npm run test:scale`: a gateway and a cluster of 10,000 Ingresses, changed all the time under load; what nginx does for one change at that size.
// Exits 1 when a request failed. docs/scale.md says what is measured.
import { parseArgs } from "node:util";
import { readSurroundings } from "../../bench/surroundings.ts";
import { show } from "./figures.ts";
import { gatewayAtScale } from "./gateway-at-scale.ts";
import { TARGET } from "./made-cluster.ts";
import { nginxAtScale } from "./nginx-at-scale.ts";
import { Traffic } from "./traffic.ts";

const USAGE = `npm run test:scale -- [options]
  --ingresses N    with as many Services (default ${TARGET.ingresses})
  --endpoints N    (default five an Ingress)
  --certificates N (default one for each second Ingress)
  --routes N       changes of Ingresses a second (default 100)
  --changes N      changes of EndpointSlices a second (default 1000)
  --seconds N      of changes (default 20)
  --rate N         requests a second (default 400), and one over TLS for each twenty
  --only WHICH     gateway or nginx
  --cpu-prof DIR   CPU profiles of the gateway's processes`;

const { values } = parseArgs({
  options: {
    ingresses: { type: "string", default: String(TARGET.ingresses) },
    endpoints: { type: "string" },
    certificates: { type: "string" },
    routes: { type: "string", default: "100" },
    changes: { type: "string", default: "1000" },
    seconds: { type: "string", default: "20" },
    rate: { type: "string", default: "400" },
    only: { type: "string" },
    "cpu-prof": { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help === true) {
  console.log(USAGE);
  process.exit(0);
}

const ingresses = Number(values.ingresses);
const size = {
  ingresses,
  endpoints: Number(values.endpoints ?? ingresses * 5),
  certificates: Number(values.certificates ?? Math.floor(ingresses / 2)),
};
const rate = Number(values.rate);
const { date, node, kernel, cpu } = readSurroundings(new Date());
console.log(`${date.slice(0, 10)}, Node ${node}, ${kernel}, ${cpu}`);
console.log(`${size.ingresses} Ingresses and Services, ${size.endpoints} endpoints, ${size.certificates} certificates`);

const traffic = await Traffic.start();
let lost = 0;
try {
  if (values.only !== "nginx") {
    const { figures, failed } = await gatewayAtScale(
      {
        size,
        rates: { routes: Number(values.routes), endpoints: Number(values.changes) },
        time: Number(values.seconds) * 1000,
        idle: 500,
        long: 50,
        load: { rate, secureRate: rate / 20 },
        profiles: values["cpu-prof"] ?? null,
      },
      traffic,
    );
    lost = failed;
    show("ts-ingress", figures);
  }
  if (values.only !== "gateway") show("nginx", await nginxAtScale({ size, idle: 500, long: 50, rate }, traffic));
} finally {
  traffic.close();
}
process.exit(lost === 0 ? 0 : 1);
