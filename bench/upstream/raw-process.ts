// A process: answers every request head on a connection with the same bytes, in order. No HTTP beyond that, so that it costs next to nothing.
import { createServer, type AddressInfo } from "node:net";
import { announce } from "../announce.ts";
import { BODY } from "../load/request.ts";
import { countHeads } from "./count-heads.ts";

const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

const server = createServer({ noDelay: true }, (socket) => {
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    const { heads, rest: unfinished } = countHeads(rest + text);
    rest = unfinished;
    if (heads > 0) socket.write(ANSWER.repeat(heads), "latin1");
  });
  // A load generator ends its connections as it likes.
  socket.on("error", () => socket.destroy());
});

server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
