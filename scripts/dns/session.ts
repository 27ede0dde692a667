import { seeded, type Answer, type Client, type Dns } from '../../lib/assertions/dns';
import { contains, parseBlock, type Block } from '../../lib/assertions/dns/addresses';
import { clientOf } from './client';
import type { Source } from './responder';

export const COMMANDS = `  down <construct path>   a health check, a load balancer, an alarm, ... fails
  up [<construct path>]   it works again; without a path, everything does
  from [FR | US-CA | eu-west-3 | 203.0.113.7 ...]
                          where clients are; without a place, that is not known
  place <block> <place>   where clients of these addresses are, which their resolver tells (EDNS client subnet):
                          place 203.0.113.0/24 FR
  vpc [<construct path>]  ask from this VPC; without a path, from the internet
  state                   what is down, and where clients are
  quit`;

interface State {
  readonly down?: readonly string[];
  readonly from?: Client;
  readonly vpc?: string;
}

/** What somebody changes while the server runs, and the answers that follow from it. */
export class Session implements Source {
  readonly random: () => number;
  private down: readonly string[] = [];
  private from: Client = {};
  private vpc?: string;
  private places: readonly { readonly block: Block; readonly client: Client }[] = [];

  /** @param seed of the choices among several answers; by default they are random */
  constructor(
    private readonly dns: Dns,
    seed?: number,
  ) {
    this.random = seed === undefined ? Math.random : seeded(seed);
  }

  /** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-edns0.html: not for private zones. */
  get usesSubnet(): boolean {
    return this.vpc === undefined;
  }

  has(name: string): boolean {
    return this.dns.has(name, this.vpc);
  }

  ask(name: string, type: string, subnet?: string): Answer {
    const address = this.usesSubnet ? subnet : undefined;
    const from = { ...this.from, ...(address !== undefined && { ...this.placeOf(address), address }) };
    return this.dns.query({ name, type, from, vpc: this.vpc, down: this.down, random: this.random });
  }

  /** Carries a command out and says what came of it. Throws, in one line, for one that makes no sense. */
  command(line: string): string {
    const [verb, ...words] = line.trim().split(/\s+/);
    const rest = words.join(' ');
    switch (verb) {
      case 'down':
        if (rest === '') throw new Error('down: expected a construct path');
        this.change({ down: [...new Set([...this.down, rest])] });
        break;
      case 'up':
        if (rest !== '' && !this.down.includes(rest)) throw new Error(`${rest} is not down`);
        this.change({ down: rest === '' ? [] : this.down.filter((path) => path !== rest) });
        break;
      case 'from':
        this.change({ from: clientOf(words) });
        break;
      case 'place':
        this.place(words);
        break;
      case 'vpc':
        this.change({ vpc: rest === '' ? undefined : rest });
        break;
      case 'state':
        break;
      default:
        return COMMANDS;
    }
    return this.state();
  }

  private change(changes: State): void {
    Object.assign(this, this.checked(changes));
  }

  /** A query finds fault with what makes no sense; its answer does not matter. */
  private checked(changes: State): State {
    const state = { down: this.down, from: this.from, vpc: this.vpc, ...changes };
    const name = this.dns.zones.find(
      (zone) => zone.name !== undefined && this.dns.has(zone.name, state.vpc),
    )?.name;
    if (name !== undefined) this.dns.query({ name, ...state });
    return state;
  }

  private place([addresses = '', ...words]: readonly string[]): void {
    const block = parseBlock(addresses);
    if (!block || words.length === 0) {
      throw new Error('place: expected a block and a place, such as 203.0.113.0/24 FR');
    }
    const client = clientOf(words);
    this.checked({ from: client });
    this.places = [...this.places, { block, client }].sort((a, b) => b.block.bits - a.block.bits);
  }

  /** Of the smallest block that holds the addresses. */
  private placeOf(subnet: string): Client {
    const asked = parseBlock(subnet);
    return this.places.find(({ block }) => asked && contains(block, asked))?.client ?? {};
  }

  private state(): string {
    const down = this.down.length === 0 ? 'everything is up' : `down: ${this.down.join(', ')}`;
    const from = Object.values(this.from).join(' ') || 'not known';
    return `${down}; clients: ${from}${this.vpc === undefined ? '' : `; asked from ${this.vpc}`}`;
  }
}
