import type { Json, Resource } from '../templates';
import {
  asFlag,
  asList,
  asNumber,
  asRecord,
  asText,
  isOneOf,
  Undecided,
  type Trilean,
} from '../templates/properties';
import { attribute, CROSS_ZONE } from '../network/model/endpoint-services';

/** Settings of a target group that decide how a load balancer reaches its targets. */
export class TargetGroupSettings {
  constructor(
    readonly group: Resource,
    private readonly balancer: Resource,
  ) {}

  get isNetwork(): boolean {
    return this.balancer.properties.Type === 'network';
  }

  /** `instance` by default. Undefined when it is not known. */
  get targetType(): string | undefined {
    const type = asText(this.group.properties.TargetType) ?? 'instance';
    return type instanceof Undecided ? undefined : type;
  }

  /** IP version between load balancer and targets. Undefined when it is not known. */
  get ipVersion(): 4 | 6 | undefined {
    const isIpv6 = isOneOf(this.group.properties.IpAddressType, ['ipv6'], false);
    return isIpv6 === 'doubt' ? undefined : isIpv6 ? 6 : 4;
  }

  /**
   * Whether nodes send to targets in other zones. An Application Load Balancer does by default, a Network Load Balancer
   * does not.
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#cross-zone-load-balancing
   */
  get crossZone(): Trilean {
    const own = attribute(this.group.properties.TargetGroupAttributes, CROSS_ZONE);
    if (own !== undefined) return own;
    if (!this.isNetwork) return true;
    return attribute(this.balancer.properties.LoadBalancerAttributes, CROSS_ZONE) ?? false;
  }

  /**
   * Whether targets of a Network Load Balancer see the address of the client.
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
   */
  get preservesClientAddress(): Trilean {
    if (!this.isNetwork) return false;
    const protocol = asText(this.group.properties.Protocol);
    if (protocol === undefined || protocol instanceof Undecided) return 'doubt';
    // "can't be disabled for instance and IP type target groups with UDP, TCP_UDP, QUIC, and TCP_QUIC protocols"
    if (protocol !== 'TCP' && protocol !== 'TLS') return true;
    const entry = asList(this.group.properties.TargetGroupAttributes)
      .map(asRecord)
      .find(({ Key }) => Key === 'preserve_client_ip.enabled');
    const type = this.targetType;
    return entry ? asFlag(entry.Value, 'doubt') : type === undefined ? 'doubt' : type !== 'ip';
  }

  /** The TCP port of the health check. Undefined when it is not known. */
  healthCheckPort(targetPort: number | undefined): number | undefined {
    const { HealthCheckPort } = this.group.properties;
    if (HealthCheckPort === undefined || HealthCheckPort === 'traffic-port') return targetPort;
    return knownNumber(HealthCheckPort);
  }

  /** The port of a target: its own, otherwise that of the group. */
  portOf(port: Json | undefined): number | undefined {
    return knownNumber(port ?? this.group.properties.Port);
  }
}

function knownNumber(value: Json | undefined): number | undefined {
  const number = asNumber(value);
  return number instanceof Undecided ? undefined : number;
}
