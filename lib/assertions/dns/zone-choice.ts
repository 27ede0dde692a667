import { Templates } from '../templates';
import type { RecordSet, Zone } from './model';
import { canonicalName, depth, isWithin } from './names';

type Chosen =
  | { readonly zone: Zone; readonly reasons: readonly string[] }
  | { readonly status: 'unknown' | 'none'; readonly why: string };

const hasName = (zone: Zone): zone is Zone & { readonly name: string } => zone.name !== undefined;
const describe = ({ id, name, vpcs }: Zone) =>
  `${id} (${name ?? 'name not known'}, ${vpcs === undefined ? 'public' : 'private'})`;

/**
 * The zone that answers for a name. From a VPC: the most specific associated private zone, also if it does not have the
 * name. Otherwise, and from the internet: the topmost public zone, which delegates to the others.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
export function findZone(zones: readonly Zone[], name: string, templates: Templates, vpc?: string): Chosen {
  if (vpc !== undefined) {
    const privately = privateZone(zones, name, vpc, templates);
    if (privately) return privately;
  }
  const seen = zones.filter(({ vpcs }) => vpcs === undefined);
  const named = seen.filter(hasName).filter((zone) => isWithin(name, zone.name));
  const top = Math.min(...named.map((zone) => depth(zone.name)));
  const [zone, ...others] = named.filter((candidate) => depth(candidate.name) === top);
  const nameless = seen.filter((candidate) => candidate.name === undefined && mayHold(candidate, name));
  const exact = nameless.find(({ records }) => records.some((record) => record.name === name));
  // A zone without a known name that delegates to the topmost one is its parent.
  const above =
    zone &&
    nameless.find(({ records }) =>
      records.some(({ type, name: cut }) => type === 'NS' && cut !== undefined && isWithin(zone.name, cut)),
    );
  if (above && others.length === 0) {
    return { zone: above, reasons: [`zone ${above.id} is not in the templates, taken to be public`] };
  }
  if (zone && others.length === 0 && !exact) {
    const undelegated = named.filter((candidate) => candidate !== zone).map(({ id }) => id);
    const below =
      undelegated.length > 0
        ? [`${undelegated.join(', ')} answers only if ${zone.name} delegates to it`]
        : [];
    return { zone, reasons: [`zone ${describe(zone)}`, ...below] };
  }
  if (exact && !zone) {
    return { zone: exact, reasons: [`zone ${exact.id} is not in the templates, taken to be public`] };
  }
  const [doubt] = nameless;
  if (zone ?? exact) {
    const all = [zone, ...others, exact].flatMap((candidate) => (candidate ? [candidate.id] : []));
    return {
      status: 'unknown',
      why: `${all.join(' and ')} both have ${name}: which one is delegated to, the templates do not say`,
    };
  }
  return doubt
    ? { status: 'unknown', why: `${name} may be in ${doubt.id}, whose name the templates do not say` }
    : { status: 'none', why: `${name} is in no zone` };
}

/** The name of a zone outside the templates is a suffix of its records. A name of another domain is not in it. */
function mayHold({ external, records }: Zone, name: string): boolean {
  const domain = (text: string) => text.split('.').slice(-2).join('.');
  const names = records.flatMap((record) => record.name ?? []);
  return !external || names.length === 0 || names.some((other) => domain(other) === domain(name));
}

function privateZone(
  zones: readonly Zone[],
  name: string,
  vpc: string,
  templates: Templates,
): Chosen | undefined {
  const resource = vpc.startsWith('vpc-') ? undefined : templates.at(vpc);
  if (resource && resource.type !== 'AWS::EC2::VPC') {
    throw new Error(`vpc ${vpc}: expected an AWS::EC2::VPC, got ${resource.type}`);
  }
  const isVpc = (id: string) => (resource ? templates.reference(id)?.resource === resource : id === vpc);
  const candidates = zones.filter((zone) => zone.name === undefined || isWithin(name, zone.name));
  const associated = candidates.filter(({ vpcs }) => vpcs?.some(isVpc));
  const unresolved = candidates.find(({ vpcs }) =>
    vpcs?.some((id) => !isVpc(id) && Templates.unknown(id) !== undefined),
  );
  const nameless = associated.find((zone) => zone.name === undefined);
  const doubt = nameless ?? unresolved;
  if (doubt)
    return { status: 'unknown', why: `${doubt.id} may be a private zone of ${vpc} that holds ${name}` };
  const [zone, second] = associated.filter(hasName).sort((a, b) => depth(b.name) - depth(a.name));
  const rule = forwardingRule(name, isVpc, templates);
  // For the same domain, the rule wins over the private zone. Otherwise the more specific one wins.
  if (rule && (!zone || rule.specificity >= depth(zone.name))) {
    return { status: 'unknown', why: `${rule.path} forwards ${name} from ${vpc} to other DNS servers` };
  }
  if (!zone) return undefined;
  if (second?.name === zone.name) {
    return {
      status: 'unknown',
      why: `${zone.id} and ${second.id} are private zones of one name and VPC, which Route 53 refuses`,
    };
  }
  const missing = ['EnableDnsHostnames', 'EnableDnsSupport'].find((attribute) => {
    const value = resource?.properties[attribute] ?? attribute === 'EnableDnsSupport'; // CloudFormation's defaults
    return value !== true && value !== 'true';
  });
  if (resource && missing !== undefined) {
    return { status: 'unknown', why: `${resource.path} has no ${missing}, which a private zone needs` };
  }
  return { zone, reasons: [`zone ${describe(zone)}, the most specific private one of ${vpc}`] };
}

/**
 * The Resolver rule that forwards a name from a VPC, unless a more specific rule is of type SYSTEM.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html
 */
function forwardingRule(name: string, isVpc: (id: string) => boolean, templates: Templates) {
  const rules = templates
    .ofType('AWS::Route53Resolver::ResolverRuleAssociation')
    .flatMap(({ path, properties }) => {
      if (!isVpc(properties.VPCId as string)) return [];
      const rule = templates.reference(properties.ResolverRuleId)?.resource;
      // A rule outside the templates may forward any name.
      if (!rule) return [{ path, specificity: Infinity, forwards: true }];
      const domain = canonicalName(rule.properties.DomainName as string);
      if (domain !== '' && !isWithin(name, domain)) return [];
      const specificity = domain === '' ? 0 : depth(domain);
      return [{ path: rule.path, specificity, forwards: rule.properties.RuleType !== 'SYSTEM' }];
    });
  const [first] = rules.sort((a, b) => b.specificity - a.specificity);
  return first?.forwards === true ? first : undefined;
}

/** The zone that NS records delegate to. */
export function delegatedZone(
  zones: readonly Zone[],
  cut: string,
  records: readonly RecordSet[],
  templates: Templates,
):
  | { readonly zone: Zone; readonly why: string }
  | { readonly status: 'unknown' | 'SERVFAIL'; readonly why: string } {
  const values = records.flatMap((record) => record.values);
  const servers = `${cut} is delegated to ${values.join(', ')}`;
  // One element of the zone's NameServers (Fn::Select) is enough to find the zone.
  const owners = values.map((value) =>
    templates.reference(value.replace(/\.NameServers\[\d+\]/, '.NameServers')),
  );
  const zone = zones.find(({ resource }) => resource !== undefined && resource === owners[0]?.resource);
  if (!zone || owners.some((owner) => owner?.resource !== zone.resource)) {
    return { status: 'unknown', why: `${servers}, which the templates do not tie to a zone` };
  }
  if (zone.name === undefined) return { status: 'unknown', why: `the name of ${zone.id} is not known` };
  return zone.name === cut
    ? { zone, why: `${servers}: zone ${describe(zone)}` }
    : {
        status: 'SERVFAIL',
        why: `${servers}, the name servers of ${zone.name}, which refuse to answer for it`,
      };
}
