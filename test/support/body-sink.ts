import type { BodySink } from "../../src/data-plane/exchange/body.ts";
import type { GatewayHeaders } from "../../src/data-plane/exchange/headers.ts";

/** Keeps what a body gives it. `full` makes it ask for a pause with every write. */
export class KeepingSink implements BodySink {
  drained: (() => void) | null = null;
  full = false;
  ended = false;
  flushes = 0;
  trailers: GatewayHeaders | null = null;
  readonly pieces: Buffer[] = [];

  get text(): string {
    return Buffer.concat(this.pieces).toString("latin1");
  }

  write(piece: Buffer): boolean {
    this.pieces.push(Buffer.from(piece));
    return !this.full;
  }

  flush(): void {
    this.flushes += 1;
  }

  end(trailers: GatewayHeaders | null): void {
    this.ended = true;
    this.trailers = trailers;
  }
}

/** Counts what a body asks of the connection it comes from. */
export class CountingSource {
  readonly asked: string[] = [];
  readonly pause = (): void => void this.asked.push("pause");
  readonly resume = (): void => void this.asked.push("resume");
}
