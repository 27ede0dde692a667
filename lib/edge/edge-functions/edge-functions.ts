import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { uniqueName } from '../../shared/unique-name';

/** A page with several variants. */
export interface Experiment {
  /** Path of the page, `/index.html`. The variant `b` is the page `/index.b.html`. */
  readonly path: string;
  /** Percentage of the visitors by variant: `{ control: 80, b: 20 }`. `control` is the page itself. Together 100. */
  readonly shares: Readonly<Record<string, number>>;
}

export interface EdgeFunctionsProps {
  /**
   * New address of each address that moved: a path such as `/about/`, or a URL that starts with https://. CloudFront answers
   * with status 301.
   * @default - none
   */
  readonly moved?: Readonly<Record<string, string>>;
  readonly experiment: Experiment;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-kvp.html */
const MAX_KEY = 512;
const MAX_VALUE = 1024;

/**
 * A CloudFront Function for the requests and responses of viewers: redirects of moved addresses, index documents of directories,
 * and the variant of a page, which a cookie keeps. A key value store has the addresses and the shares.
 *
 * Throws `InvalidValue` for shares that are not 100 together, for a redirect to an address that moved too, and for what does not
 * fit into the store.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-functions.html
 */
export class EdgeFunctions extends Construct {
  readonly store: cloudfront.KeyValueStore;
  /** For both events of viewers: viewer request and viewer response. */
  readonly function: cloudfront.Function;

  constructor(scope: Construct, id: string, props: EdgeFunctionsProps) {
    super(scope, id);
    const { moved = {}, experiment } = props;
    checkMoved(moved);
    checkExperiment(experiment);
    const data = [
      { key: 'experiment', value: JSON.stringify(experiment) },
      ...Object.entries(moved).map(([from, to]) => ({ key: `moved:${from}`, value: to })),
    ];
    for (const { key, value } of data) checkSize(key, value);

    // CloudFront reads the data when it creates the store. Other data is another store.
    const source = JSON.stringify({ data });
    const digest = createHash('sha256').update(source).digest('hex').slice(0, 8);
    const version = new Construct(new Construct(this, 'Store'), digest);
    this.store = new cloudfront.KeyValueStore(version, 'Store', {
      keyValueStoreName: uniqueName(version),
      source: cloudfront.ImportSource.fromInline(source),
    });
    this.function = new cloudfront.Function(this, 'Function', {
      functionName: uniqueName(this),
      code: cloudfront.FunctionCode.fromFile({ filePath: join(__dirname, 'handler/viewer.js') }),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      keyValueStore: this.store,
    });
  }
}

function checkMoved(moved: Readonly<Record<string, string>>): void {
  for (const [from, to] of Object.entries(moved)) {
    if (!/^\/(?!\/)[^?#\s]*$/.test(from)) throw new InvalidValue('moved', from, 'a path such as /about-us');
    if (!/^(\/(?![/\\])|https:\/\/[^/])[^\s]*$/.test(to)) {
      throw new InvalidValue(`moved[${from}]`, to, 'a path such as /about/, or a URL with https://');
    }
    // The function adds the slash to the address of a directory, with another redirect.
    const again = [to, `${to}/`].find((address) => address in moved);
    if (again !== undefined)
      throw new InvalidValue(`moved[${from}]`, to, `an address that is not moved: ${again} is`);
  }
}

function checkExperiment({ path, shares }: Experiment): void {
  if (!/^\/[^?#\s]*\.html$/.test(path)) {
    throw new InvalidValue('experiment.path', path, 'the path of a page, such as /index.html');
  }
  for (const [name, share] of Object.entries(shares)) {
    if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
      throw new InvalidValue('experiment.shares', name, 'up to 20 of a-z, 0-9 and -');
    }
    checkInteger(`experiment.shares.${name}`, share, 0, 100);
  }
  const sum = Object.values(shares).reduce((total, share) => total + share, 0);
  if (!('control' in shares) || sum !== 100) {
    throw new InvalidValue('experiment.shares', shares, 'control and other variants, together 100');
  }
}

function checkSize(key: string, value: string): void {
  if (Buffer.byteLength(key) > MAX_KEY || Buffer.byteLength(value) > MAX_VALUE) {
    throw new InvalidValue(
      key,
      `${Buffer.byteLength(value)} bytes`,
      `a key of ${MAX_KEY} and a value of ${MAX_VALUE} bytes`,
    );
  }
}
