/** What a request to the API server carries and shows. All of it may change while we run. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsIdentity;
}

/** As `node:tls` takes it; PEM as text. */
export interface TlsIdentity {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Where the API server is, and who we are to it. */
export interface Credentials {
  readonly server: URL;
  /** For messages: "context kind-dev of /home/ada/.kube/config". */
  readonly about: string;
  /** The namespace of the pod or of the context, where there is one. */
  readonly namespace?: string;
  /** URL of an HTTP proxy on the way to the API server. */
  readonly proxy?: string;
  /**
   * Who we are now.
   * @param renew what was known was refused, or is old: read everything anew
   * @throws {CredentialsProblem}
   */
  identify(renew: boolean): Promise<Identity>;
}

/** Credentials that are missing or cannot be used. */
export class CredentialsProblem extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
