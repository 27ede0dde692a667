import type { Stack, StackProps } from 'aws-cdk-lib';
import type {
  AutoScalingWebStack,
  AutoScalingWebStackProps,
} from './compute/auto-scaling-web/auto-scaling-web-stack';
import type { InstanceFleetStackProps } from './compute/instance-fleet/instance-fleet-stack';
import type { SharedFileSystemStackProps } from './compute/shared-file-system/shared-file-system-stack';
import type { GoldenImageStackProps } from './compute/golden-image/golden-image-stack';
import type { ContentRoutingStackProps } from './compute/content-routing/content-routing-stack';
import type { ContainerRegistryStackProps } from './containers/container-registry/container-registry-stack';
import type { NetworkLoadBalancerStackProps } from './compute/network-load-balancer/network-load-balancer-stack';
import type { PathRoutedServicesStackProps } from './containers/path-routed-services/path-routed-services-stack';
import type { DynamodbTableStackProps } from './database/dynamodb-table/dynamodb-table-stack';
import type { DnsFailoverStackProps } from './dns/dns-failover/dns-failover-stack';
import type { DnsRecordsStackProps } from './dns/dns-records/dns-records-stack';
import type { HealthChecksStackProps } from './dns/health-checks/health-checks-stack';
import type { RoutingPoliciesStackProps } from './dns/routing-policies/routing-policies-stack';
import type { SplitViewDnsStackProps } from './dns/split-view-dns/split-view-dns-stack';
import type { EdgeFunctionsStackProps } from './edge/edge-functions/edge-functions-stack';
import type { StaticSiteStackProps } from './edge/static-site/static-site-stack';
import type { EventBusStackProps } from './integration/event-bus/event-bus-stack';
import type { FanOutStackProps } from './integration/fan-out/fan-out-stack';
import type { StreamIngestStackProps } from './integration/stream-ingest/stream-ingest-stack';
import type { BastionHostStackProps } from './networking/bastion-host/bastion-host-stack';
import type { DualStackVpcStackProps } from './networking/dual-stack-vpc/dual-stack-vpc-stack';
import type { GatewayLoadBalancerStackProps } from './networking/gateway-load-balancer/gateway-load-balancer-stack';
import type { MultiAzVpcStack, MultiAzVpcStackProps } from './networking/multi-az-vpc/multi-az-vpc-stack';
import type { PrivateLinkStackProps } from './networking/private-link/private-link-stack';
import type { SiteToSiteVpnStackProps } from './networking/site-to-site-vpn/site-to-site-vpn-stack';
import type { SubnetFirewallsStackProps } from './networking/subnet-firewalls/subnet-firewalls-stack';
import type { TransitGatewayStackProps } from './networking/transit-gateway/transit-gateway-stack';
import type { Parameters } from './parameters';
import type { MediaWorkflowStackProps } from './serverless/media-workflow/media-workflow-stack';
import type { RestApiStackProps } from './serverless/rest-api/rest-api-stack';
import type { SafeLambdaDeployStackProps } from './serverless/safe-lambda-deploy/safe-lambda-deploy-stack';
import type { ScheduledFunctionStackProps } from './serverless/scheduled-function/scheduled-function-stack';
import type { ThumbnailPipelineStackProps } from './serverless/thumbnail-pipeline/thumbnail-pipeline-stack';
import { InvalidValue } from './shared/invalid-value';

/** What the props of an architecture are made from: the parameters, and the stacks that it uses. */
export interface Sandbox {
  readonly parameters: Parameters;
  /** The stack of an architecture that this one names in `uses`. Throws for any other. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the stack's class
  readonly stack: <T extends Stack>(id: string) => T;
}

/**
 * One architecture. Its stack is the class `<stackName>Stack` in `lib/<domain>/<id>/<id>-stack.ts`. The sandbox loads
 * that file when it creates the stack. All imports above are types, so the catalogue itself loads no architecture.
 */
export interface Architecture<Props extends StackProps = StackProps> {
  /** Name of its folder and its file, and value of the `architecture` tag on each of its resources. */
  readonly id: string;
  readonly domain: string;
  /** Name of its stack, as `cdk list` shows it. */
  readonly stackName: string;
  /** Ids of the architectures whose stacks it uses. They stand before it in the catalogue. */
  readonly uses?: readonly string[];
  /** The props of its stack. */
  readonly props?: (sandbox: Sandbox) => Props;
}

const entry = <Props extends StackProps>(architecture: Architecture<Props>): Architecture => architecture;

const sharedVpc = ({ stack }: Sandbox) => stack<MultiAzVpcStack>('multi-az-vpc').network.vpc;

/** Every architecture, each after those whose stacks it uses. */
export const catalog: readonly Architecture[] = [
  entry<MultiAzVpcStackProps>({
    id: 'multi-az-vpc',
    domain: 'networking',
    stackName: 'MultiAzVpc',
    props: ({ parameters: { azCount, vpcCidr, natGateways } }) => ({ azCount, vpcCidr, natGateways }),
  }),
  entry<BastionHostStackProps>({
    id: 'bastion-host',
    domain: 'networking',
    stackName: 'BastionHost',
    uses: ['multi-az-vpc'],
    props: (sandbox) => {
      const { trustedCidrs, natGateways } = sandbox.parameters;
      return { vpc: sharedVpc(sandbox), trustedCidrs, natGateways };
    },
  }),
  { id: 'vpc-peering', domain: 'networking', stackName: 'VpcPeering' },
  entry<DualStackVpcStackProps>({
    id: 'dual-stack-vpc',
    domain: 'networking',
    stackName: 'DualStackVpc',
    props: ({ parameters: { azCount } }) => ({ azCount }),
  }),
  { id: 'private-endpoints', domain: 'networking', stackName: 'PrivateEndpoints' },
  entry<SubnetFirewallsStackProps>({
    id: 'subnet-firewalls',
    domain: 'networking',
    stackName: 'SubnetFirewalls',
    props: ({ parameters: { natGateways } }) => ({ natGateways }),
  }),
  entry<PrivateLinkStackProps>({
    id: 'private-link',
    domain: 'networking',
    stackName: 'PrivateLink',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<TransitGatewayStackProps>({
    id: 'transit-gateway',
    domain: 'networking',
    stackName: 'TransitGateway',
    props: ({ parameters: { natGateways } }) => ({ natGateways }),
  }),
  entry<SiteToSiteVpnStackProps>({
    id: 'site-to-site-vpn',
    domain: 'networking',
    stackName: 'SiteToSiteVpn',
    uses: ['multi-az-vpc'],
    props: (sandbox) => {
      const { vpnRouterAddresses, alarmEmail } = sandbox.parameters;
      return { vpc: sharedVpc(sandbox), vpnRouterAddresses, alarmEmail };
    },
  }),
  entry<GatewayLoadBalancerStackProps>({
    id: 'gateway-load-balancer',
    domain: 'networking',
    stackName: 'GatewayLoadBalancer',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<AutoScalingWebStackProps>({
    id: 'auto-scaling-web',
    domain: 'compute',
    stackName: 'AutoScalingWeb',
    uses: ['multi-az-vpc'],
    props: (sandbox) => {
      const { natGateways, domainName, hostedZoneId, alarmEmail } = sandbox.parameters;
      return { vpc: sharedVpc(sandbox), natGateways, domainName, hostedZoneId, alarmEmail };
    },
  }),
  entry<InstanceFleetStackProps>({
    id: 'instance-fleet',
    domain: 'compute',
    stackName: 'InstanceFleet',
    uses: ['multi-az-vpc'],
    props: (sandbox) => ({ vpc: sharedVpc(sandbox), alarmEmail: sandbox.parameters.alarmEmail }),
  }),
  entry<SharedFileSystemStackProps>({
    id: 'shared-file-system',
    domain: 'compute',
    stackName: 'SharedFileSystem',
    uses: ['multi-az-vpc'],
    props: (sandbox) => ({ vpc: sharedVpc(sandbox), alarmEmail: sandbox.parameters.alarmEmail }),
  }),
  entry<GoldenImageStackProps>({
    id: 'golden-image',
    domain: 'compute',
    stackName: 'GoldenImage',
    uses: ['multi-az-vpc'],
    props: (sandbox) => {
      const { partnerAccount, alarmEmail } = sandbox.parameters;
      return { vpc: sharedVpc(sandbox), partnerAccount, alarmEmail };
    },
  }),
  entry<ContentRoutingStackProps>({
    id: 'content-routing',
    domain: 'compute',
    stackName: 'ContentRouting',
    uses: ['multi-az-vpc'],
    props: (sandbox) => {
      const { domainName, hostedZoneId, alarmEmail } = sandbox.parameters;
      return { vpc: sharedVpc(sandbox), domainName, hostedZoneId, alarmEmail };
    },
  }),
  entry<NetworkLoadBalancerStackProps>({
    id: 'network-load-balancer',
    domain: 'compute',
    stackName: 'NetworkLoadBalancer',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<PathRoutedServicesStackProps>({
    id: 'path-routed-services',
    domain: 'containers',
    stackName: 'PathRoutedServices',
    uses: ['multi-az-vpc'],
    props: (sandbox) => {
      const { natGateways, domainName, hostedZoneId, alarmEmail } = sandbox.parameters;
      return { vpc: sharedVpc(sandbox), natGateways, domainName, hostedZoneId, alarmEmail };
    },
  }),
  entry<ContainerRegistryStackProps>({
    id: 'container-registry',
    domain: 'containers',
    stackName: 'ContainerRegistry',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<ScheduledFunctionStackProps>({
    id: 'scheduled-function',
    domain: 'serverless',
    stackName: 'ScheduledFunction',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<ThumbnailPipelineStackProps>({
    id: 'thumbnail-pipeline',
    domain: 'serverless',
    stackName: 'ThumbnailPipeline',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<MediaWorkflowStackProps>({
    id: 'media-workflow',
    domain: 'serverless',
    stackName: 'MediaWorkflow',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<RestApiStackProps>({
    id: 'rest-api',
    domain: 'serverless',
    stackName: 'RestApi',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  { id: 'identity-federation', domain: 'serverless', stackName: 'IdentityFederation' },
  entry<SafeLambdaDeployStackProps>({
    id: 'safe-lambda-deploy',
    domain: 'serverless',
    stackName: 'SafeLambdaDeploy',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<FanOutStackProps>({
    id: 'fan-out',
    domain: 'integration',
    stackName: 'FanOut',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<StaticSiteStackProps>({
    id: 'static-site',
    domain: 'edge',
    stackName: 'StaticSite',
    props: ({ parameters: { domainName, hostedZoneId, signerPublicKey, alarmEmail } }) => ({
      domainName,
      hostedZoneId,
      signerPublicKey,
      alarmEmail,
    }),
  }),
  entry<EdgeFunctionsStackProps>({
    id: 'edge-functions',
    domain: 'edge',
    stackName: 'EdgeFunctions',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<DynamodbTableStackProps>({
    id: 'dynamodb-table',
    domain: 'database',
    stackName: 'DynamodbTable',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<EventBusStackProps>({
    id: 'event-bus',
    domain: 'integration',
    stackName: 'EventBus',
    props: ({ parameters: { alarmEmail, partnerAccount } }) => ({ alarmEmail, partnerAccount }),
  }),
  entry<StreamIngestStackProps>({
    id: 'stream-ingest',
    domain: 'integration',
    stackName: 'StreamIngest',
    props: ({ parameters: { alarmEmail } }) => ({ alarmEmail }),
  }),
  entry<DnsFailoverStackProps>({
    id: 'dns-failover',
    domain: 'dns',
    stackName: 'DnsFailover',
    uses: ['auto-scaling-web'],
    props: ({ parameters: { domainName, hostedZoneId, alarmEmail }, stack }) => ({
      web: stack<AutoScalingWebStack>('auto-scaling-web').web,
      domainName,
      hostedZoneId,
      alarmEmail,
    }),
  }),
  entry<RoutingPoliciesStackProps>({
    id: 'routing-policies',
    domain: 'dns',
    stackName: 'RoutingPolicies',
    props: ({ parameters: { domainName, hostedZoneId } }) => ({ domainName, hostedZoneId }),
  }),
  entry<HealthChecksStackProps>({
    id: 'health-checks',
    domain: 'dns',
    stackName: 'HealthChecks',
    props: ({ parameters: { domainName, hostedZoneId, alarmEmail } }) => ({
      domainName,
      hostedZoneId,
      alarmEmail,
    }),
  }),
  entry<SplitViewDnsStackProps>({
    id: 'split-view-dns',
    domain: 'dns',
    stackName: 'SplitViewDns',
    uses: ['multi-az-vpc'],
    props: (sandbox) => {
      const { domainName, hostedZoneId } = sandbox.parameters;
      return { vpc: sharedVpc(sandbox), domainName, hostedZoneId };
    },
  }),
  entry<DnsRecordsStackProps>({
    id: 'dns-records',
    domain: 'dns',
    stackName: 'DnsRecords',
    props: ({ parameters: { domainName, hostedZoneId } }) => ({ domainName, hostedZoneId }),
  }),
];

/**
 * The architectures with the given ids and those that they use, in the order of the catalogue. Without ids, all of them.
 * Throws `InvalidValue` for an id that the catalogue does not have.
 */
export function select(ids: readonly string[]): readonly Architecture[] {
  if (ids.length === 0) return catalog;
  const known = catalog.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new InvalidValue('only', unknown, `ids of architectures: ${known.join(', ')}`);
  const wanted = new Set(ids);
  // Backwards, because an architecture stands after those that it uses.
  for (const { id, uses = [] } of [...catalog].reverse()) {
    if (wanted.has(id)) for (const used of uses) wanted.add(used);
  }
  return catalog.filter(({ id }) => wanted.has(id));
}
