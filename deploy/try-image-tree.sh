#!/usr/bin/env bash
# Runs the file tree that the Dockerfile makes, where there is no docker: in a namespace of its own, as user 65532, with a
# read-only root and without capabilities, and asks it for a page. Needs root on Linux, Node, curl and what `npm ci` installs.
# Differs from an image in its base: the C libraries of this machine instead of those of distroless.
#
# usage: sudo deploy/try-image-tree.sh
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "needs root, to mount and to change the user" >&2; exit 2; }

work=$(mktemp -d)
tree=$work/root
upstream= gateway=
finish() {
  for process in $gateway $upstream; do kill "$process" 2>/dev/null || true; done
  rm -rf --one-file-system "$work"
}
trap finish EXIT

say() { printf '%s\n' "== $*"; }

say "compiling"
npm run --silent build
echo 'console.log(process.execPath)' > "$work/which.cjs"
node=$(node tools/run.cjs "$work/which.cjs")

say "making the tree"
mkdir -p "$tree"/{app,etc/ssl/certs,proc,dev,tmp,usr/local/bin,manifests,state}
chmod 755 "$work" "$tree"
cp "$node" "$tree/usr/local/bin/node"
ldd "$node" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$tree$(dirname "$library")"
  cp -L "$library" "$tree$library"
done
cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/" 2>/dev/null || true
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' > "$tree/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' > "$tree/etc/group"
cp LICENSE package.json "$tree/app/"
cp -r dist "$tree/app/dist"
# What `npm ci --omit=dev --omit=optional` installs, by the lock file.
node -p 'Object.entries(require("./package-lock.json").packages).filter(([path, it]) => path.startsWith("node_modules/")
  && !it.dev && !it.optional && !it.devOptional && !it.link).map(([path]) => path).join("\n")' | while read -r package; do
  mkdir -p "$tree/app/$(dirname "$package")"
  cp -r "$package/." "$tree/app/$package"
done
touch "$tree"/dev/{null,zero,urandom}

# Mounts that nobody else sees, then the tree as the root, and an ordinary user without any way to become more. Replaces the shell that calls it.
inside() {
  exec unshare --mount --propagation private bash -euc '
    tree=$1 manifests=$2; shift 2
    mount --bind "$tree" "$tree"
    mount -t proc proc "$tree/proc"
    for device in null zero urandom; do mount --bind "/dev/$device" "$tree/dev/$device"; done
    mount --bind -o ro "$manifests" "$tree/manifests"
    mount -t tmpfs -o uid=65532,gid=65532,mode=0700 tmpfs "$tree/state"
    mount -o remount,bind,ro "$tree"
    exec setpriv --no-new-privs -- env -i PATH=/usr/bin:/bin NODE_ENV=production XDG_STATE_HOME=/state \
      unshare --root="$tree" --wd=/app --setgid=65532 --setuid=65532 /usr/local/bin/node "$@"
  ' bash "$tree" "$work/manifests" "$@"
}

say "who it is, and what it may do"
mkdir "$work/manifests"
(inside -e '
  const fs = require("node:fs");
  const of = (name) => fs.readFileSync("/proc/self/status", "utf8").match(new RegExp(`^${name}:\\s+(.*)$`, "m"))[1];
  const writes = ["/x", "/app/x", "/tmp/x"].map((file) => {
    try { fs.writeFileSync(file, "x"); return "written"; } catch (error) { return error.code; }
  });
  const uid = process.getuid(), capabilities = of("CapEff"), noNewPrivileges = of("NoNewPrivs");
  console.log(JSON.stringify({ node: process.version, uid, groups: process.getgroups(), capabilities, noNewPrivileges, writes }));
  process.exit(uid === 65532 && /^0+$/.test(capabilities) && writes.every((code) => code === "EROFS") ? 0 : 1);
')
(inside /app/dist/main.js --version)

say "serving with two workers"
node -e '
  const server = require("node:http").createServer((request, response) => response.end(`upstream saw ${request.headers["x-forwarded-proto"]} ${request.url}\n`));
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
' > "$work/upstream" &
upstream=$!
until [ -s "$work/upstream" ]; do sleep 0.1; done
cat > "$work/manifests/web.yaml" <<MANIFEST
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { nginx.ingress.kubernetes.io/ssl-redirect: "false" } }
spec:
  ingressClassName: ts-ingress
  tls: [{ hosts: [web.example.com] }]
  rules: [{ host: web.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ port: $(cat "$work/upstream") }]
endpoints: [{ addresses: [127.0.0.1] }]
MANIFEST
(inside /app/dist/main.js dev /manifests --workers 2 --log-format json \
  --http-port 0 --https-port 0 --health-port 0 --admin-port 0) > "$work/log" 2>&1 &
gateway=$!
until grep -q '"message":"serving"' "$work/log"; do
  kill -0 "$gateway" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 0.1
done
port() { grep -o "\"$1\":[0-9]*" "$work/log" | head -1 | cut -d: -f2; }

curl --fail --silent --show-error "http://127.0.0.1:$(port health)/readyz?verbose"
curl --fail --silent --show-error --resolve "web.example.com:$(port http):127.0.0.1" "http://web.example.com:$(port http)/plain"
curl --fail --silent --show-error --insecure --http2 --resolve "web.example.com:$(port https):127.0.0.1" "https://web.example.com:$(port https)/tls"

say "SIGTERM"
kill -TERM "$gateway"
ended=0
wait "$gateway" || ended=$?
gateway=
tail -1 "$work/log"
[ "$ended" = 0 ] || { echo "ended with $ended" >&2; exit 1; }
say "good"
