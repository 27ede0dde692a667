import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { InstanceFleet } from './instance-fleet';

export interface InstanceFleetStackProps extends StackProps {
  readonly vpc: IVpc;
  /** @default - the alarm notifies nobody */
  readonly alarmEmail?: string;
}

/** A fleet of On-Demand and Spot Instances, each on a rack of its own. */
export class InstanceFleetStack extends Stack {
  readonly fleet: InstanceFleet;

  constructor(scope: Construct, id: string, props: InstanceFleetStackProps) {
    super(scope, id, props);
    this.fleet = new InstanceFleet(this, 'Fleet', {
      vpc: props.vpc,
      placement: { strategy: 'spread' },
      alarmTopic: alarmTopicFor(this, props.alarmEmail),
    });
    new CfnOutput(this, 'GroupName', { value: this.fleet.group.autoScalingGroupName });
  }
}
