import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { sign, withChain } from "./sign.ts";

const DAY = 86_400_000;

/** Clients of an authority and of others, by what is special with them, and a server for them to come to. */
export async function makeClients(): Promise<{
  readonly server: CertificatePair;
  readonly authority: CertificatePair;
  readonly clients: Record<string, CertificatePair>;
}> {
  const [server, authority] = await Promise.all([sign("server"), sign("authority", { authority: true })]);
  const by = authority;
  const [stranger, below] = await Promise.all([
    sign("stranger", { authority: true }),
    sign("below", { authority: true, by }),
  ]);
  const deep = await sign("deep", { authority: true, by: below });
  const expired = { validFrom: new Date(Date.now() - 2 * DAY), validTo: new Date(Date.now() - DAY) };
  const [through, alien, far] = await Promise.all([
    sign("through", { by: below }),
    sign("alien", { by: stranger }),
    sign("far", { by: deep }),
  ]);
  const clients = {
    anna: await sign("anna", { by }),
    early: await sign("early", { by, validFrom: new Date(Date.now() + DAY) }),
    late: await sign("late", { by, ...expired }),
    self: await sign("self"),
    "self-late": await sign("self-late", expired),
    alien,
    "alien with its authority": withChain(alien, stranger),
    through: withChain(through, below),
    "through, alone": through,
    far: withChain(far, deep, below),
  };
  return { server, authority, clients };
}
