import { App, Stack } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { diagramFaults } from './support/diagram';

const stack = new Stack(new App(), 'Shop');
const orders = new Construct(stack, 'Orders');
new sqs.Queue(orders, 'Queue');
new sns.Topic(orders, 'Topic');

const readme = (diagram: readonly string[], list: readonly string[] = []) =>
  ['```mermaid', 'flowchart LR', ...diagram, '```', '', ...list, '', '## Usage', ''].join('\n');
const list = (...items: readonly string[]) => ['Also in the stack:', '', ...items];

describe('diagram of a README', () => {
  it('is right if diagram and list together show what the stack has', () => {
    expect(diagramFaults(readme(['Orders_Queue[Queue]', 'Orders_Topic[Topic]']), stack)).toEqual([]);
    expect(
      diagramFaults(
        readme(['Orders_Queue[Queue]'], list('- `Orders/Topic`: alarms, with a', '  long text.')),
        stack,
      ),
    ).toEqual([]);
    expect(
      diagramFaults(readme([], list('- `Orders/Queue`,', '  `Orders/Topic`: all of it.')), stack),
    ).toEqual([]);
  });

  it.each([
    {
      fault: 'the stack has Orders/Topic/Resource, which neither the diagram nor the list shows',
      text: readme(['Orders_Queue[Queue]']),
    },
    {
      fault: 'the diagram shows Orders/Table, which the stack does not have',
      text: readme(['Orders[Orders]', 'Orders_Table[Table]']),
    },
    {
      fault: 'the diagram has an arrow to or from Customer, which it does not show',
      text: readme(['Orders[Orders]', 'Customer --> Orders']),
    },
    {
      fault: 'the list names Orders/Key, which the stack does not have',
      text: readme(['Orders_Queue[Queue]', 'Orders_Topic[Topic]'], list('- `Orders/Key`: encrypts.')),
    },
    {
      fault: 'the list names Orders/Topic, which is in the diagram too',
      text: readme(['Orders[Orders]'], list('- `Orders/Topic`: alarms.')),
    },
    {
      fault: 'the list names Orders, which is in the diagram too',
      text: readme(['Orders_Queue[Queue]'], list('- `Orders`: all of it.')),
    },
    {
      fault: 'the list has an item that does not start with `a/path`: A topic for alarms',
      text: readme(['Orders[Orders]'], list('- A topic for alarms')),
    },
  ])('is wrong if $fault', ({ fault, text }) => {
    expect(diagramFaults(text, stack)).toEqual([fault]);
  });
});
