import type * as ec2 from 'aws-cdk-lib/aws-ec2';

/** A router at the customer's site: a customer gateway device. */
export interface Router {
  /** Static public IPv4 address. For a router behind NAT: the address of the NAT device. */
  readonly address: string;
  /**
   * BGP autonomous system number of the router, 1 to 4294967294.
   * @default 65000
   */
  readonly asn?: number;
}

/** Creates a virtual private gateway for this VPC. The tunnels end there. */
export interface AttachToVpc {
  readonly vpc: ec2.IVpc;
  /**
   * Subnets whose route tables get routes to the customer's networks.
   * @default - all private and isolated subnets
   */
  readonly subnets?: ec2.SubnetSelection;
  /**
   * BGP autonomous system number at AWS's side, 64512 to 65534 or 4200000000 to 4294967294.
   * @default 64512
   */
  readonly amazonSideAsn?: number;
}

/** The tunnels end at this transit gateway. It must associate new attachments with its default route table. */
export interface AttachToTransitGateway {
  readonly transitGatewayId: string;
}
