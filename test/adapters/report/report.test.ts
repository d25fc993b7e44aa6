import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportFolder } from '../../../src/adapters/report-folder.ts';
import { reportS3 } from '../../../src/adapters/report-s3.ts';
import { reportShelf } from '../../../src/adapters/report-shelf.ts';
import { RemoteError } from '../../../src/errors.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kirosync-report-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const NEVER = new AbortController().signal;
const at = (text: string, month = text.slice(0, 7)) => ({ at: new Date(text), month });

describe('the shelf', () => {
  it('gives back after a restart what was put on it, newest first', async () => {
    const folder = join(root, 'state', 'reports');
    const shelf = reportShelf(folder);
    expect(await shelf.list()).toEqual([]);
    const reports = [
      at('2026-11-10T06:00:00Z'),
      at('2026-11-30T23:59:59Z'),
      at('2026-12-01T06:00:00Z', '2026-11'),
      at('2026-12-01T06:00:00Z'),
    ];
    for (const report of reports) await shelf.keep(report, { json: JSON.stringify(report), html: `<p>${report.month}` });
    const again = reportShelf(folder);
    expect(await again.list()).toEqual([...reports].reverse());
    for (const report of reports) {
      expect(await again.read(report, 'json')).toBe(JSON.stringify(report));
      expect(await again.read(report, 'html')).toBe(`<p>${report.month}`);
    }
    expect(readdirSync(folder)).toContain('credits-2026-12-01T060000Z-2026-11.json');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    await again.remove(reports[0]!);
    await again.remove(reports[0]!);
    expect(await again.list()).toEqual([...reports].reverse().slice(0, 3));
    expect(readdirSync(folder)).toHaveLength(6);
    expect(await again.read(reports[0]!, 'json')).toBeNull();
  });

  it('passes over what is not its own, and sweeps what a crash left', async () => {
    const folder = join(root, 'reports');
    mkdirSync(folder);
    for (const name of [
      'credits-2026-11-10T060000Z-2026-13.json',
      'notes.json',
      'credits-2026-11-10T060000Z-2026-11.json.new',
      'credits-2026-11-09T060000Z-2026-11.html',
    ]) {
      writeFileSync(join(folder, name), 'x');
    }
    const shelf = reportShelf(folder);
    expect(await shelf.list()).toEqual([]);
    await shelf.keep(at('2026-11-11T06:00:00Z'), { json: '{}', html: '' });
    expect(readdirSync(folder).sort()).toEqual([
      'credits-2026-11-10T060000Z-2026-13.json',
      'credits-2026-11-11T060000Z-2026-11.html',
      'credits-2026-11-11T060000Z-2026-11.json',
      'notes.json',
    ]);
  });

  it('leaves no half report where the disk refuses', async () => {
    const folder = join(root, 'reports');
    const shelf = reportShelf(folder);
    await shelf.keep(at('2026-11-10T06:00:00Z'), { json: '{}', html: '' });
    // A folder where the JSON is to go: the page is written by then.
    mkdirSync(join(folder, 'credits-2026-11-11T060000Z-2026-11.json', 'x'), { recursive: true });
    await expect(shelf.keep(at('2026-11-11T06:00:00Z'), { json: '{}', html: 'y' })).rejects.toMatchObject({ syscall: 'rename' });
    expect(readdirSync(folder).filter((name) => name.includes('11-11'))).toEqual(['credits-2026-11-11T060000Z-2026-11.json']);
  });
});

const FILES = [
  { path: '2026-11/credits-latest.html', type: 'text/html; charset=utf-8', text: '<p>ä' },
  { path: '2026-11/credits-latest.csv', type: 'text/csv; charset=utf-8', text: 'a,b\n' },
];

describe('a folder', () => {
  it('is made, gets every file, and replaces those of that name', async () => {
    const folder = join(root, 'a', 'b');
    await reportFolder(folder).write(FILES, NEVER);
    await reportFolder(folder).write([{ ...FILES[1]!, text: 'c,d\n' }], NEVER);
    expect(readFileSync(join(folder, '2026-11/credits-latest.html'), 'utf8')).toBe('<p>ä');
    expect(readFileSync(join(folder, '2026-11/credits-latest.csv'), 'utf8')).toBe('c,d\n');
    expect(readdirSync(join(folder, '2026-11'))).toHaveLength(2);
    expect(statSync(join(folder, '2026-11/credits-latest.csv')).mode & 0o777 & ~0o640).toBe(0);
  });

  it('that cannot be written names the file, the reason and what to do', async () => {
    writeFileSync(join(root, 'file'), '');
    const failed = await reportFolder(join(root, 'file'))
      .write(FILES, NEVER)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(RemoteError);
    expect(failed).toMatchObject({
      message: expect.stringMatching(/file\/2026-11\/credits-latest\.html cannot be written \(E(NOTDIR|EXIST)\)/),
    });
    expect((failed as RemoteError).failures[0]?.advice).toContain('reports.to');
    const locked = join(root, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    if (process.getuid?.() === 0) return; // whom modes do not bind
    await expect(reportFolder(locked).write(FILES, NEVER)).rejects.toMatchObject({ failures: [{ kind: 'denied' }] });
  });

  it('is left alone after a stop', async () => {
    await expect(reportFolder(join(root, 'a')).write(FILES, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    expect(existsSync(join(root, 'a'))).toBe(false);
  });
});

describe('s3', () => {
  type Put = {
    readonly method: string | undefined;
    readonly url: string | undefined;
    readonly type: string | undefined;
    readonly body: string;
  };
  let server: Server;
  let puts: Put[] = [];
  let answer: (put: Put, response: ServerResponse) => void;

  const bodyOf = async (request: IncomingMessage) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    return Buffer.concat(pieces).toString('utf8');
  };
  beforeEach(async () => {
    puts = [];
    answer = (_put, response) => response.end();
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const put = { method: request.method, url: request.url?.split('?')[0], type: request.headers['content-type'], body };
        puts.push(put);
        answer(put, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('gets one object a file, below the prefix, with its content type', async () => {
    await reportS3({ bucket: 'reports', prefix: 'kiro/credits' }, null).write(FILES, NEVER);
    await reportS3({ bucket: 'reports', prefix: '' }, null).write(FILES.slice(1), NEVER);
    expect(puts.slice(0, 2).sort((a, b) => ((a.url ?? '') < (b.url ?? '') ? -1 : 1))).toEqual([
      { method: 'PUT', url: '/reports/kiro/credits/2026-11/credits-latest.csv', type: 'text/csv; charset=utf-8', body: 'a,b\n' },
      { method: 'PUT', url: '/reports/kiro/credits/2026-11/credits-latest.html', type: 'text/html; charset=utf-8', body: '<p>ä' },
    ]);
    expect(puts[2]?.url).toBe('/reports/2026-11/credits-latest.csv');
  });

  it('that refuses one object names bucket, action and request id; the other is there', async () => {
    answer = ({ url }, response) => {
      if (url?.endsWith('.html') !== true) return void response.end();
      response.writeHead(403, { 'content-type': 'application/xml', 'x-amz-request-id': 'REQ1' });
      response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>REQ1</RequestId></Error>');
    };
    const failed = await reportS3({ bucket: 'reports', prefix: 'kiro' }, null)
      .write(FILES, NEVER)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({
      failures: [
        {
          kind: 'denied',
          operation: 's3:PutObject',
          requestId: 'REQ1',
          message: expect.stringContaining('s3://reports/kiro/2026-11/credits-latest.html'),
        },
      ],
    });
    expect(puts.some(({ url }) => url?.endsWith('.csv'))).toBe(true);
  });

  it('that never answers is left at once when told to stop', async () => {
    const stop = new AbortController();
    answer = () => stop.abort(new Error('stop'));
    await expect(reportS3({ bucket: 'reports', prefix: '' }, null).write(FILES, stop.signal)).rejects.toThrow('stop');
  });
});
