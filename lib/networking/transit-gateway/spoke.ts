import type * as ec2 from 'aws-cdk-lib/aws-ec2';

/** A VPC that is attached to the transit gateway. */
export interface Spoke {
  readonly vpc: ec2.IVpc;
  /**
   * Name of a segment: a capital letter, then lower-case letters and digits. Spokes of one segment reach each other.
   * @default - none: the spoke and the other spokes cannot reach each other
   */
  readonly segment?: string;
  /**
   * Subnets of the attachment: one in each AZ, used by nothing else.
   * @default - the subnet group `Attachment`
   */
  readonly attachmentSubnets?: ec2.SubnetSelection;
  /**
   * Subnets that get a default route to the transit gateway. They must not have a default route yet.
   * @default - private subnets with egress
   */
  readonly subnets?: ec2.SubnetSelection;
}
