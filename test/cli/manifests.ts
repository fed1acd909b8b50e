/** A Service with one endpoint, complete and right. */
export function service(name: string, port = 80, endpointPort = 18_081): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  ports: [{ port: ${port} }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: ${name}-1
  labels: { kubernetes.io/service-name: ${name} }
addressType: IPv4
ports: [{ port: ${endpointPort} }]
endpoints: [{ addresses: [127.0.0.1] }]
`;
}

/** The class of our Ingresses, as an object. */
export const INGRESS_CLASS = `---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: ts-ingress }
spec: { controller: ts-ingress.io/controller }
`;

/** An Ingress of our class with one path. The backend's port is text, so that tests can break it. */
export function ingress({
  name = "web",
  host = "shop.example.com",
  path = "/",
  pathType = "Prefix",
  backend = "service: { name: web, port: { number: 80 } }",
  extra = "",
}: Readonly<Record<string, string>> = {}): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec:
  ingressClassName: ts-ingress
  rules:
    - host: "${host}"
      http:
        paths:
          - path: ${path}
${pathType === "" ? "" : `            pathType: ${pathType}\n`}            backend: { ${backend} }
${extra}`;
}

/** A Secret named web-tls. */
export function tlsSecret(chain: string, privateKey: string, type: string): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return `---
apiVersion: v1
kind: Secret
metadata: { name: web-tls }
type: ${type}
data: { tls.crt: ${base64(chain)}, tls.key: ${base64(privateKey)} }
`;
}
