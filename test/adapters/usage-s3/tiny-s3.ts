import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a test makes of a request: an answer of its own, or null for the right one. */
export type Fault = (request: TinyRequest, response: ServerResponse) => boolean;
/** `region`: what the request is signed for. */
export type TinyRequest = {
  readonly kind: 'list' | 'get';
  readonly key: string;
  readonly query: URLSearchParams;
  readonly count: number;
  readonly region: string;
};

export type TinyS3 = {
  readonly url: string;
  /** Key to content; change it at will. */
  readonly objects: Map<string, string>;
  /** What was asked, in order: `list <prefix>` or `get <key>`. */
  readonly asked: string[];
  /** Looked at before each answer; true means: it has answered. */
  fault: Fault | null;
  /** Keys a page, 1,000 as S3 has it. */
  pageSize: number;
  readonly close: () => Promise<void>;
};

/** As much of S3 as a reader sees, for one bucket of any name: ListObjectsV2 and GetObject, path style, no signatures checked. */
export async function tinyS3(): Promise<TinyS3> {
  const server = createServer((request, response) => answer(tiny, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  const tiny: TinyS3 = {
    url: `http://127.0.0.1:${port}`,
    objects: new Map(),
    asked: [],
    fault: null,
    pageSize: 1000,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return tiny;
}

function answer(tiny: TinyS3, request: IncomingMessage, response: ServerResponse): void {
  // Not by URL, which would resolve `..` as S3 does not.
  const [path = '', query = ''] = (request.url ?? '/').split('?');
  const key = decodeURIComponent(path.split('/').slice(2).join('/'));
  const searchParams = new URLSearchParams(query);
  const region = request.headers.authorization?.split('/')[2] ?? '';
  const kind = key === '' ? 'list' : 'get';
  tiny.asked.push(kind === 'list' ? `list ${searchParams.get('prefix') ?? ''}` : `get ${key}`);
  response.setHeader('x-amz-request-id', `REQ${tiny.asked.length}`);
  if (tiny.fault?.({ kind, key, query: searchParams, count: tiny.asked.length, region }, response) === true) return;
  if (kind === 'list') {
    list(tiny, searchParams, response);
    return;
  }
  const content = tiny.objects.get(key);
  if (content === undefined) {
    refuse(response, 404, 'NoSuchKey', 'The specified key does not exist.');
    return;
  }
  const match = request.headers['if-match'];
  if (match !== undefined && match !== etagOf(content)) {
    refuse(response, 412, 'PreconditionFailed', 'At least one of the conditions did not hold.');
    return;
  }
  response.writeHead(200, { ETag: etagOf(content), 'Content-Length': Buffer.byteLength(content) }).end(content);
}

export function etagOf(content: string): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'Content-Type': 'application/xml', ...headers }).end(body);
}

/** As S3 writes keys when asked for EncodingType url: a space is `+`. */
function encoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}

function list(tiny: TinyS3, query: URLSearchParams, response: ServerResponse): void {
  const prefix = query.get('prefix') ?? '';
  const from = query.get('continuation-token') ?? '';
  const delimiter = query.get('delimiter');
  const keys = [...tiny.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  const named = keys.map((key) => {
    const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? { key, folder: false } : { key: key.slice(0, end + 1), folder: true };
  });
  const all = [...new Map(named.map((each) => [each.key, each])).values()].filter(({ key }) => key > from);
  const page = all.slice(0, tiny.pageSize);
  const last = all.length > page.length ? page.at(-1) : undefined;
  const entries = page.map(({ key, folder }) => {
    if (folder) return `<CommonPrefixes><Prefix>${encoded(key)}</Prefix></CommonPrefixes>`;
    const content = tiny.objects.get(key) ?? '';
    const tag = etagOf(content).replaceAll('"', '&quot;');
    return `<Contents><Key>${encoded(key)}</Key><ETag>${tag}</ETag><Size>${Buffer.byteLength(content)}</Size></Contents>`;
  });
  const next = last === undefined ? '' : `<NextContinuationToken>${encoded(last.key)}</NextContinuationToken>`;
  const head = `<Prefix>${encoded(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><IsTruncated>${last !== undefined}</IsTruncated>${next}`;
  const body = `<ListBucketResult><EncodingType>url</EncodingType>${head}${entries.join('')}</ListBucketResult>`;
  response.writeHead(200, { 'Content-Type': 'application/xml' }).end(body);
}
