import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmOnAny } from '../../shared/alarm-on-any';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

/** Limits of provisioned capacity, in units a second. */
export interface CapacityLimits {
  /** 1 or more. */
  readonly min: number;
  /** Up to 40,000, the default quota of a table. */
  readonly max: number;
}

export interface DynamodbTableProps {
  /**
   * Provisioned capacity for reads and for writes. Auto scaling keeps 70 % of it in use, between the limits.
   * @default - on demand: DynamoDB takes what comes, and each request is paid for
   */
  readonly provisioned?: { readonly reads: CapacityLimits; readonly writes: CapacityLimits };
  /**
   * Other Regions with a replica of the table. The stack must have a Region then.
   * @default - none
   */
  readonly replicaRegions?: readonly string[];
  /**
   * Topic that the alarm notifies. CloudWatch must be allowed to publish to it.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the table and of its replicas. With any other than DESTROY, it is also protected from deletion.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A table of orders with an index for each question about them, a stream, expiry and point-in-time recovery.
 *
 * | rows      | pk              | sk                          |
 * | --------- | --------------- | --------------------------- |
 * | an order  | customer#<name> | order#<time of order>#<id>  |
 * | a change  | order#<id>      | change#<sequence number>    |
 *
 * Throws `InvalidValue` for limits that DynamoDB refuses, and for a replica in the Region of the stack.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-general-nosql-design.html
 */
export class DynamodbTable extends Construct {
  readonly table: dynamodb.TableV2;

  constructor(scope: Construct, id: string, props: DynamodbTableProps = {}) {
    super(scope, id);
    const { provisioned, replicaRegions = [], removalPolicy = RemovalPolicy.RETAIN } = props;
    const deletionProtection = removalPolicy !== RemovalPolicy.DESTROY;
    this.checkReplicas(replicaRegions);

    this.table = new dynamodb.TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      // DynamoDB creates local indexes with the table only, and reads them consistently.
      localSecondaryIndexes: [{ indexName: 'byTotal', sortKey: number('total') }],
      globalSecondaryIndexes: [
        { indexName: 'byId', partitionKey: text('id') },
        // Orders have `openDay` only while they are open, so that the index has no others.
        { indexName: 'openByDay', partitionKey: text('openDay'), sortKey: text('sk') },
      ],
      billing: provisioned ? billingOf(provisioned.reads, provisioned.writes) : dynamodb.Billing.onDemand(),
      dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      replicas: replicaRegions.map((region) => ({ region, deletionProtection })),
      deletionProtection,
      removalPolicy,
    });
    alarmOnAny(this, 'Throttled', {
      description: 'DynamoDB throttles requests to the table or to an index',
      metric: this.table.metricThrottledRequestsForOperations({
        operations: [dynamodb.Operation.PUT_ITEM, dynamodb.Operation.UPDATE_ITEM, dynamodb.Operation.QUERY],
      }),
      topic: props.alarmTopic,
    });
  }

  private checkReplicas(regions: readonly string[]): void {
    const { region } = Stack.of(this);
    const twice = regions.find((one, index) => one === region || regions.indexOf(one) !== index);
    if (twice !== undefined)
      throw new InvalidValue('replicaRegions', twice, `Regions other than ${region}, each once`);
  }
}

const text = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });
const number = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.NUMBER });

function billingOf(reads: CapacityLimits, writes: CapacityLimits): dynamodb.Billing {
  return dynamodb.Billing.provisioned({
    readCapacity: scaled('reads', reads),
    writeCapacity: scaled('writes', writes),
  });
}

function scaled(name: string, { min, max }: CapacityLimits): dynamodb.Capacity {
  checkInteger(`provisioned.${name}.max`, max, 1, 40_000);
  checkInteger(`provisioned.${name}.min`, min, 1, max);
  return dynamodb.Capacity.autoscaled({
    minCapacity: min,
    maxCapacity: max,
    targetUtilizationPercent: 70,
  });
}
