/* What the local servers use of two packages that bring no types. */

declare module '@20minutes/s3rver' {
  import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

  type Next = () => Promise<void>;
  export default class S3rver {
    constructor(options: { readonly silent: boolean; readonly allowMismatchedSignatures: boolean });
    store: object;
    readonly context: { store: object };
    readonly middleware: ((
      context: { readonly headers: IncomingHttpHeaders },
      next: Next,
    ) => Promise<void>)[];
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
  }
}

declare module '@20minutes/s3rver/lib/models/bucket' {
  export default class S3Bucket {
    constructor(name: string, created: Date);
  }
}

declare module '@20minutes/s3rver/lib/models/error' {
  export default class S3Error extends Error {
    constructor(code: string, message: string, detail?: object);
  }
}

declare module '@20minutes/s3rver/lib/models/object' {
  import type { Readable } from 'node:stream';

  export default class S3Object {
    constructor(bucket: string, key: string, content: Readable | null, metadata: Record<string, string>);
    readonly bucket: string;
    readonly key: string;
    readonly content: Readable | Buffer;
    readonly metadata: Readonly<Record<string, string>>;
    range?: { readonly start: number; readonly end: number };
  }
}

declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options: {
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }): Server;
}
