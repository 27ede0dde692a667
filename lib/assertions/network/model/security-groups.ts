import type { Json, Resource, Templates } from '../../templates';
import { AddressReader, ANYTHING, EVERYTHING } from './address-reader';
import type { GroupRule, Matched, SecurityGroup } from './components';
import {
  asList,
  asNumber,
  asRecord,
  conditionDoubt,
  describe,
  groupBy,
  MANY_STRAY,
  strayDoubt,
  Undecided,
  type Value,
} from '../../templates/properties';
import { portRange, protocolNumber, trafficText } from './protocols';

/** The key of a group, for membership: a reference to a group, to a VPC's default group, or an id. */
export function groupId(templates: Templates, value: Json | undefined): string | undefined {
  const reference = templates.reference(value);
  if (!reference) return typeof value === 'string' && !value.includes('⟨') ? value : undefined;
  const { resource, attribute } = reference;
  if (resource.type === 'AWS::EC2::VPC') {
    return attribute === 'DefaultSecurityGroup' ? defaultGroupId(resource) : undefined;
  }
  return resource.type === 'AWS::EC2::SecurityGroup' ? `${resource.stack}.${resource.logicalId}` : undefined;
}

export const defaultGroupId = (vpc: Resource): string => `${vpc.stack}.${vpc.logicalId}.DefaultSecurityGroup`;

/**
 * All security groups by id, with inline and standalone rules.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export class SecurityGroups {
  private readonly groups = new Map<string, SecurityGroup>();
  private readonly standalone: Readonly<Record<'inbound' | 'outbound', ReadonlyMap<string, GroupRule[]>>>;
  /** Default groups that CDK's custom resource empties. */
  private readonly emptied: ReadonlySet<string | undefined>;
  /** Rules of which it is not known to which group they belong. They may belong to any. */
  private readonly stray: Readonly<Record<'inbound' | 'outbound', readonly GroupRule[]>>;

  constructor(
    private readonly templates: Templates,
    private readonly addresses: AddressReader,
  ) {
    const [ingress, egress] = ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'].map(
      (type) =>
        templates.ofType(type).map((resource) => ({
          resource,
          group: groupId(templates, resource.properties.GroupId ?? resource.properties.GroupName),
        })),
    ) as [Standalone[], Standalone[]];
    this.standalone = {
      inbound: this.rulesByGroup(ingress, 'from'),
      outbound: this.rulesByGroup(egress, 'to'),
    };
    this.emptied = new Set(
      templates
        .ofType('Custom::VpcRestrictDefaultSG')
        .map(({ properties }) => groupId(templates, properties.DefaultSecurityGroupId)),
    );
    this.stray = { inbound: this.strayRules(ingress, 'from'), outbound: this.strayRules(egress, 'to') };
    for (const resource of templates.ofType('AWS::EC2::SecurityGroup')) this.addGroup(resource);
    for (const vpc of templates.ofType('AWS::EC2::VPC')) this.addDefaultGroup(vpc);
  }

  /** The group of a value in SecurityGroupIds; one that is not in the templates has a doubt. */
  get(value: Json | undefined): SecurityGroup {
    const id = groupId(this.templates, value);
    return this.byId(id ?? `⟨${describe(value)}⟩`);
  }

  byId(id: string): SecurityGroup {
    const known = this.groups.get(id);
    if (known) return known;
    const name = id.replace(/[⟨⟩]/g, '');
    const group: SecurityGroup = {
      id,
      path: name,
      doubt: `security group ${name} is not in the templates`,
      inbound: this.standalone.inbound.get(id) ?? [],
      outbound: this.standalone.outbound.get(id) ?? [],
    };
    this.groups.set(id, group);
    return group;
  }

  private addGroup(resource: Resource): void {
    const id = `${resource.stack}.${resource.logicalId}`;
    const { SecurityGroupIngress, SecurityGroupEgress } = resource.properties;
    const inline = (rules: Json | undefined, preposition: 'from' | 'to') =>
      asList(rules).map((rule) => this.rule(asRecord(rule), preposition, unreadable(rule)));
    const own = [
      ...inline(SecurityGroupEgress, 'to'),
      ...(this.standalone.outbound.get(id) ?? []),
      ...this.stray.outbound,
    ];
    this.groups.set(id, {
      id,
      path: resource.path,
      resource,
      doubt: conditionDoubt(resource),
      inbound: [
        ...inline(SecurityGroupIngress, 'from'),
        ...(this.standalone.inbound.get(id) ?? []),
        ...this.stray.inbound,
      ],
      outbound: withDefault(own),
    });
  }

  /**
   * The default group trusts its own members and lets all out, unless CDK's custom resource empties it.
   * https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
   */
  private addDefaultGroup(vpc: Resource): void {
    const id = defaultGroupId(vpc);
    const emptied = this.emptied.has(id);
    const standalone = [...(this.standalone.outbound.get(id) ?? []), ...this.stray.outbound];
    this.groups.set(id, {
      id,
      path: `default security group of ${vpc.path}`,
      resource: vpc,
      inbound: [
        ...(emptied ? [] : [{ text: 'all traffic from its own members', peer: id }]),
        ...(this.standalone.inbound.get(id) ?? []),
        ...this.stray.inbound,
      ],
      outbound: emptied ? standalone : withDefault(standalone),
    });
  }

  private strayRules(rules: readonly Standalone[], preposition: 'from' | 'to'): readonly GroupRule[] {
    const stray = rules.filter(({ group }) => group === undefined);
    const [first] = stray;
    if (!first || stray.length <= MANY_STRAY)
      return stray.map(({ resource }) => this.rule(resource.properties, preposition, strayDoubt(resource)));
    const text = `traffic that is not known ${preposition} anywhere`;
    return [{ text, peer: ANYTHING, mayBeAbsent: true, doubt: strayDoubt(first.resource) }];
  }

  private rulesByGroup(rules: readonly Standalone[], preposition: 'from' | 'to'): Map<string, GroupRule[]> {
    const groups = groupBy(rules, ({ group }) => group);
    return new Map(
      [...groups].map(([group, members]) => [
        group,
        members.map(({ resource }) => this.rule(resource.properties, preposition, conditionDoubt(resource))),
      ]),
    );
  }

  private rule(
    rule: Readonly<Record<string, Json>>,
    preposition: 'from' | 'to',
    mayBeAbsent: string | undefined,
  ): GroupRule {
    const protocol = protocolNumber(rule.IpProtocol);
    const ports = portRange(protocol, asNumber(rule.FromPort), asNumber(rule.ToPort));
    const { peer, name, doubt } = this.peer(rule);
    const traffic =
      protocol instanceof Undecided || ports instanceof Undecided
        ? { text: 'traffic that is not known', protocol: knownOrAny(protocol), ports: undefined }
        : { text: trafficText(protocol, ports), protocol, ports };
    return {
      ...traffic,
      text: `${traffic.text} ${preposition} ${name}`,
      peer,
      mayBeAbsent: mayBeAbsent !== undefined,
      doubt: mayBeAbsent ?? doubt ?? reasonOf(protocol) ?? reasonOf(ports),
    };
  }

  private peer(rule: Readonly<Record<string, Json>>): {
    peer: Matched | string;
    name: string;
    doubt?: string;
  } {
    const cidr = rule.CidrIp ?? rule.CidrIpv6;
    if (cidr !== undefined) {
      const name = describe(cidr);
      const peer = this.addresses.match(cidr);
      return peer
        ? { peer, name }
        : { peer: ANYTHING, name, doubt: `${name} is not known before deployment` };
    }
    const list = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
    if (list !== undefined) {
      const name = `prefix list ${this.templates.reference(list)?.resource.path ?? describe(list)}`;
      const entries = this.addresses.prefixList(list);
      return entries
        ? { peer: { sure: entries, possible: entries }, name }
        : { peer: ANYTHING, name, doubt: `the entries of ${name} are not in the templates` };
    }
    const group = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
    const id = groupId(this.templates, group);
    const reference = this.templates.reference(group)?.resource;
    if (id !== undefined) {
      const name =
        reference?.type === 'AWS::EC2::VPC' ? `the default group of ${reference.path}` : reference?.path;
      return { peer: id, name: `members of ${name ?? id}` };
    }
    const name = describe(group ?? rule.SourceSecurityGroupName);
    return { peer: ANYTHING, name, doubt: `security group ${name} is not known` };
  }
}

interface Standalone {
  readonly resource: Resource;
  readonly group: string | undefined;
}

/**
 * A group allows all outbound traffic until CloudFormation gives it a rule of its own, inline or standalone, which
 * removes that default. https://github.com/aws/aws-cdk/pull/998
 */
function withDefault(rules: readonly GroupRule[]): readonly GroupRule[] {
  if (rules.some(({ mayBeAbsent }) => mayBeAbsent !== true)) return rules;
  const doubt = rules[0]?.doubt;
  return [...rules, { text: 'all traffic to anywhere (the default)', peer: EVERYTHING, doubt }];
}

const knownOrAny = (protocol: Value<number>) => (protocol instanceof Undecided ? undefined : protocol);
const reasonOf = (value: unknown) => (value instanceof Undecided ? value.reason : undefined);

const unreadable = (rule: Json): string | undefined =>
  typeof rule === 'string' ? `rule ${describe(rule)} is not known before deployment` : undefined;
