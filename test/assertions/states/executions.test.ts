import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { MissingTask, StateError, States, type Task } from '../../../lib/assertions/states';
import { Templates } from '../../../lib/assertions/templates';
import { chain, END, failing, JSONATA, only, TASK } from './documented/row';

const SEND = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const waiting = (fields: object = {}) =>
  States.fromDefinition(
    only({ Type: 'Task', Resource: SEND, Parameters: { 'MessageBody.$': '$$.Task.Token' }, ...fields }),
  );
const send = (act: (task: Task, token: string) => void) => ({
  'sqs:sendMessage.waitForTaskToken': ({ MessageBody }: { MessageBody: string }, task: Task) => {
    act(task, MessageBody);
    return { MessageId: '1' };
  },
});

describe('task tokens', () => {
  it('end the state with the output of the callback, when it comes', async () => {
    const execution = await waiting().run({
      tasks: send(({ after, sendTaskSuccess }, token) => {
        after(90, () => {
          sendTaskSuccess(token, { ok: true });
        });
      }),
    });
    expect(execution.output).toEqual({ ok: true });
    expect(execution.seconds).toBe(90);
  });

  it('fail the state with the error of the callback', async () => {
    const execution = await waiting().run({
      tasks: send(({ sendTaskFailure }, token) => {
        sendTaskFailure(token, 'Rejected', 'by a person');
      }),
    });
    expect([execution.error, execution.cause]).toEqual(['Rejected', 'by a person']);
  });

  it('fail the state with the error of the call itself', async () => {
    const execution = await waiting().run({
      tasks: send(() => {
        throw new StateError('SQS.QueueDoesNotExist');
      }),
    });
    expect(execution.error).toBe('SQS.QueueDoesNotExist');
  });

  it('stay open while heartbeats come', async () => {
    const execution = await waiting({ HeartbeatSeconds: 60 }).run({
      tasks: send(({ after, sendTaskHeartbeat, sendTaskSuccess }, token) => {
        for (const seconds of [50, 100]) {
          after(seconds, () => {
            sendTaskHeartbeat(token);
          });
        }
        after(150, () => {
          sendTaskSuccess(token, 'done');
        });
      }),
    });
    expect([execution.output, execution.seconds]).toEqual(['done', 150]);
  });

  it('are closed after the timeout: each attempt has its own', async () => {
    const tokens: string[] = [];
    const late: string[] = [];
    const machine = waiting({
      TimeoutSeconds: 10,
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
    });
    const execution = await machine.run({
      tasks: send(({ after, sendTaskSuccess }, token) => {
        tokens.push(token);
        after(10.5, () => {
          try {
            sendTaskSuccess(token, 'late');
          } catch (error) {
            late.push((error as StateError).error);
          }
        });
      }),
    });
    expect(execution.error).toBe('States.Timeout');
    expect(new Set(tokens).size).toBe(2);
    expect(late).toEqual(['TaskTimedOut']);
  });

  it('without callback: a Standard workflow ends after a year', async () => {
    const execution = await waiting().run({ tasks: send(() => undefined) });
    expect([execution.status, execution.seconds]).toEqual(['TIMED_OUT', 365 * 24 * 3600]);
  });
});

describe('retries', () => {
  const machine = States.fromDefinition(
    only({
      Type: 'Task',
      Resource: TASK,
      Retry: [
        {
          ErrorEquals: ['Busy'],
          IntervalSeconds: 2,
          MaxAttempts: 6,
          MaxDelaySeconds: 20,
          JitterStrategy: 'FULL',
        },
      ],
    }),
  );
  const busy = () => ({ [TASK]: failing('Busy', 'Busy', 'Busy', 'Busy', 'Busy', 'Busy') });

  it('with full jitter wait between nothing and the computed pause', async () => {
    const pauses = (await machine.run({ tasks: busy(), seed: 3 })).pauses('X');
    expect(pauses).toHaveLength(6);
    for (const [index, most] of [2, 4, 8, 16, 20, 20].entries()) {
      expect(pauses[index]).toBeGreaterThan(0);
      expect(pauses[index]).toBeLessThan(most);
    }
  });

  it('are the same for the same seed, and others for another', async () => {
    const pauses = async (seed: number) => (await machine.run({ tasks: busy(), seed })).pauses('X');
    expect(await pauses(3)).toEqual(await pauses(3));
    expect(await pauses(3)).not.toEqual(await pauses(4));
  });

  it('tell the function and the Context object how many there were', async () => {
    const attempts: [number, number][] = [];
    const counting = States.fromDefinition(
      only({
        Type: 'Task',
        Resource: TASK,
        Parameters: { 'count.$': '$$.State.RetryCount' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
      }),
    );
    await counting.run({
      tasks: {
        [TASK]: ({ count }: { count: number }, { attempt }: Task) => {
          attempts.push([count, attempt]);
          if (count < 2) throw new Error('again');
        },
      },
    });
    expect(attempts).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it('run a Parallel state again from the beginning', async () => {
    const branches = chain({ A: { Type: 'Wait', Seconds: 1 }, B: { Type: 'Task', Resource: TASK } });
    const parallel = States.fromDefinition(
      only({ Type: 'Parallel', Branches: [branches], Retry: [{ ErrorEquals: ['Once'] }] }),
    );
    const execution = await parallel.run({ tasks: { [TASK]: failing('Once') } });
    expect(execution.states).toEqual(['X', 'A', 'B', 'A', 'B']);
    expect(execution.seconds).toBe(3);
  });
});

describe('history', () => {
  it('says which states ran, where and when, and what each call got', async () => {
    const inner = chain({ Slow: { Type: 'Task', Resource: TASK } });
    const machine = States.fromDefinition(
      chain({ Each: { Type: 'Map', ItemProcessor: inner, MaxConcurrency: 1 }, Done: END }),
    );
    const execution = await machine.run({
      input: [2, 3],
      tasks: {
        [TASK]: async (seconds: number, { sleep }: Task) => {
          await sleep(seconds);
          return seconds * 10;
        },
      },
    });
    expect(execution.states).toEqual(['Each', 'Slow', 'Slow', 'Done']);
    expect(execution.entered('Slow').map(({ within, seconds, data }) => [within, seconds, data])).toEqual([
      ['Each[0]', 0, 2],
      ['Each[1]', 2, 3],
    ]);
    expect(execution.outputs('Slow')).toEqual([20, 30]);
    expect(execution.calls(TASK).map(({ input, seconds }) => [input, seconds])).toEqual([
      [2, 0],
      [3, 2],
    ]);
    expect(String(execution)).toContain('5s StateEntered Done\n5s StateExited Done\n5s SUCCEEDED');
  });

  it('counts no time for real work, which other branches wait for', async () => {
    const real = chain({ Real: { Type: 'Task', Resource: TASK } });
    const virtual = chain({ Pause: { Type: 'Wait', Seconds: 100 } });
    const execution = await States.fromDefinition(only({ Type: 'Parallel', Branches: [real, virtual] })).run({
      tasks: { [TASK]: () => new Promise((resolve) => setTimeout(resolve, 20)) },
    });
    const exits = execution.history.filter(({ type }) => type === 'StateExited');
    expect(exits.map(({ state, seconds }) => [state, seconds])).toEqual([
      ['Real', 0],
      ['Pause', 100],
      ['X', 100],
    ]);
  });
});

describe('quotas', () => {
  const big = 'x'.repeat(256 * 1024);
  it.each([
    ['the result of a task', only({ Type: 'Task', Resource: TASK, ResultPath: null })],
    [
      'the input of a task',
      only({ Type: 'Task', Resource: 'small', Parameters: { 'a.$': '$', 'b.$': '$' } }),
    ],
    ['the output of a state', only({ Type: 'Pass', Parameters: { 'a.$': '$', 'b.$': '$' } })],
  ])('%s may have 256 KiB', async (_, definition) => {
    const execution = await States.fromDefinition(definition).run({
      input: big.slice(0, 200_000),
      tasks: { [TASK]: () => big, small: () => null },
    });
    expect(execution.error).toBe('States.DataLimitExceeded');
  });

  it('takes 256 KiB exactly, in UTF-8', async () => {
    const machine = States.fromDefinition(only({ Type: 'Pass' }));
    expect((await machine.run({ input: 'é'.repeat(131_071) })).status).toBe('SUCCEEDED');
    await expect(machine.run({ input: `é${'é'.repeat(131_071)}` })).rejects.toThrow('at most 262144');
  });

  it('stops an execution that never ends at 25,000 events', async () => {
    const loop = chain({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } });
    await expect(States.fromDefinition(loop).run()).rejects.toThrow('25000 events');
  });

  it('ends an Express workflow after five minutes', async () => {
    const machine = States.fromDefinition(only({ Type: 'Wait', Seconds: 301 }), 'EXPRESS');
    const { status, error, seconds } = await machine.run();
    expect([status, error, seconds]).toEqual(['TIMED_OUT', 'States.Timeout', 300]);
  });
});

describe('a state machine of a template', () => {
  const app = new App();
  const stack = new Stack(app, 'Shop');
  const code = lambda.Code.fromInline('exports.handler = async () => {}');
  const worker = new lambda.Function(stack, 'Worker', {
    code,
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
  });
  const definition = new tasks.LambdaInvoke(stack, 'Invoke', {
    lambdaFunction: worker,
    outputPath: '$.Payload',
    retryOnServiceExceptions: true,
  }).next(
    new tasks.CallAwsService(stack, 'Put', {
      service: 'dynamodb',
      action: 'putItem',
      parameters: { TableName: worker.functionName, 'Item.$': '$' },
      iamResources: ['*'],
      taskTimeout: sfn.Timeout.duration(Duration.seconds(5)),
    }),
  );
  new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(definition) });
  const machine = States.of(Templates.fromApp(app), 'Shop/Machine');

  it('invokes the function by its construct path, and retries as CDK says', async () => {
    const execution = await machine.run({
      input: { order: 7 },
      tasks: {
        'Shop/Worker': ({ order }: { order: number }, { attempt }: Task) => {
          if (attempt < 2) throw new StateError('Lambda.ServiceException');
          return { paid: order };
        },
        'aws-sdk:dynamodb:putItem': (given: unknown) => given,
      },
    });
    const { logicalId } = Templates.fromApp(app).at('Shop/Worker');
    expect(execution.output).toEqual({ TableName: `⟨Shop.${logicalId}⟩`, Item: { paid: 7 } });
    expect(execution.pauses('Invoke')).toEqual([2, 4]);
  });

  it('has the exception of a function as JSON in the cause', async () => {
    const { error, cause } = await machine.run({
      tasks: {
        'Shop/Worker': () => {
          throw new TypeError('no order');
        },
      },
    });
    expect([error, JSON.parse(cause ?? '')]).toEqual([
      'TypeError',
      { errorType: 'TypeError', errorMessage: 'no order' },
    ]);
  });

  it('needs a function for each task', async () => {
    await expect(machine.run({ tasks: { other: () => null } })).rejects.toThrow(
      new MissingTask('Shop/Worker or lambda:invoke', 'Invoke', { other: () => null }),
    );
  });

  it('takes DefinitionSubstitutions and Definition', async () => {
    const resource = (Properties: object) =>
      Templates.fromTemplates({
        S: {
          Parameters: { Text: { Type: 'String', Default: 'say "hi"' } },
          Resources: { M: { Type: 'AWS::StepFunctions::StateMachine', Properties } },
        },
      });
    const DefinitionString = JSON.stringify(only({ Type: 'Pass', Result: '${Greeting}' }));
    const substituted = resource({
      DefinitionString,
      DefinitionSubstitutions: { Greeting: { Ref: 'Text' } },
    });
    expect((await States.of(substituted, 'S/M').run()).output).toBe('say "hi"');
    const object = resource({ Definition: only({ Type: 'Pass', Result: { Ref: 'Text' } }) });
    expect((await States.of(object, 'S/M').run()).output).toBe('say "hi"');
    const s3 = resource({ DefinitionS3Location: { Bucket: 'b', Key: 'k' } });
    expect(() => States.of(s3, 'S/M')).toThrow('expected Definition or DefinitionString');
  });
});

describe('what is not modelled, or no definition', () => {
  it.each<[string, object, string]>([
    [
      'a field',
      only({ Type: 'Pass', Colour: 'red' }),
      'field Colour of a Pass state in JSONPath is not modelled',
    ],
    ['Credentials', only({ Type: 'Task', Resource: TASK, Credentials: {} }), 'field Credentials'],
    ['a type', only({ Type: 'Sleep' }), 'there is no a Sleep state'],
    ['a function in a path', only({ Type: 'Pass', InputPath: '$.a.length()' }), 'functions in paths'],
    ['a script in a path', only({ Type: 'Pass', InputPath: '$.a[(@.length-1)]' }), 'path $.a[(@.length-1)]'],
    ['a field of the other language', only({ Type: 'Pass', Output: 1 }), 'field Output'],
    [
      'a JSONPath state in a JSONata machine',
      only({ Type: 'Pass', QueryLanguage: 'JSONPath' }, JSONATA),
      'has no states in JSONPath',
    ],
    ['tolerance inline', only({ Type: 'Map', ToleratedFailureCount: 1 }), 'expected ItemProcessor'],
    [
      'two operators',
      only({ Type: 'Choice', Choices: [{ Next: 'X' }] }),
      'expected Variable and one operator',
    ],
    [
      'an unknown operator',
      only({ Type: 'Choice', Choices: [{ Variable: '$', Is: 1, Next: 'X' }] }),
      'field Is',
    ],
    [
      'no error names',
      only({ Type: 'Task', Resource: TASK, Retry: [{ ErrorEquals: [] }] }),
      'state X: expected error names in ErrorEquals',
    ],
    [
      'one error name without a list',
      only({ Type: 'Task', Resource: TASK, Retry: [{ ErrorEquals: 'E' }] }),
      'state X: expected error names in ErrorEquals',
    ],
    [
      'States.ALL beside another name',
      only({ Type: 'Task', Resource: TASK, Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }),
      'States.ALL must stand alone',
    ],
    [
      'States.ALL before another retrier',
      only({
        Type: 'Task',
        Resource: TASK,
        Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }],
      }),
      'in the last element',
    ],
    ['a Task without Resource', only({ Type: 'Task' }), 'state X: expected Resource'],
    ['a Choice without Choices', only({ Type: 'Choice', Choices: [] }), 'state X: expected Choices'],
    [
      'a rule without Next',
      only({ Type: 'Choice', Choices: [{ Variable: '$', IsNull: true }] }),
      'expected Next in {"Variable":"$","IsNull":true}',
    ],
    ['a name of 81 characters', chain({ ['x'.repeat(81)]: { Type: 'Pass' } }), 'more than 80 characters'],
    [
      'a field with a value and a path',
      only({ Type: 'Pass', Parameters: { a: 1, 'a.$': '$' } }),
      'both a and a.$',
    ],
    [
      'a field of the distributed mode',
      only({ Type: 'Map', ItemProcessor: chain({ A: { Type: 'Pass' } }), Label: 'x' }),
      'Label is for the distributed mode',
    ],
    ['neither Next nor End', only({ Type: 'Pass', End: false }), 'expected either Next or "End": true'],
    ['a start', { StartAt: 'Y', States: {} }, 'there is no state Y'],
    ['a field of the machine', only({ Type: 'Pass' }, { Colour: 'red' }), 'no field Colour'],
  ])('%s is refused in one line', (_, definition, message) => {
    expect(() => States.fromDefinition(definition)).toThrow(message);
  });

  it.each(['Pass', 'Succeed'])('a %s state takes Comment', async (Type) => {
    const machine = States.fromDefinition(only({ Type, Comment: 'why' }));
    expect((await machine.run({ input: 1 })).output).toBe(1);
  });

  // "Result: the content is passed as it is".
  it('a Result is not read for paths and functions', async () => {
    const Result = { 'a.$': 'no path', InputPath: 'none' };
    expect((await States.fromDefinition(only({ Type: 'Pass', Result })).run()).output).toEqual(Result);
  });

  it('an expression in a list is evaluated, and the list stays one', async () => {
    const machine = States.fromDefinition(only({ Type: 'Pass', Output: ['{% 1 + 1 %}'] }, JSONATA));
    expect((await machine.run()).output).toEqual([2]);
  });

  it('a function takes a path with a comma in a quoted name', async () => {
    const Parameters = { 'text.$': "States.Format('{}-{}', $['a, b'], $['it\\'s'])" };
    const machine = States.fromDefinition(only({ Type: 'Pass', Parameters }));
    expect((await machine.run({ input: { 'a, b': 1, "it's": 2 } })).output).toEqual({ text: '1-2' });
  });

  it('an open escape of StringMatches fails the execution with its reason', async () => {
    const choices = [{ Variable: '$', StringMatches: 'a\\', Next: 'Y' }];
    const { error, cause } = await States.fromDefinition(
      chain({ X: { Type: 'Choice', Choices: choices }, Y: END }),
    ).run({ input: 'a' });
    expect([error, cause]).toEqual(['States.Runtime', 'StringMatches a\\: an escape is open']);
  });

  it.each([
    ['Seconds', 'a string', 'x'],
    ['Seconds', 'a negative number', -1],
    ['Timestamp', 'no time', 'tomorrow'],
  ])('a Wait state fails with the error of its language where %s is %s', async (field, _, input) => {
    const wait = (fields: object, machine: object = {}) =>
      States.fromDefinition(only({ Type: 'Wait', ...fields }, machine)).run({ input });
    expect((await wait({ [`${field}Path`]: '$' })).error).toBe('States.Runtime');
    expect((await wait({ [field]: '{% $states.input %}' }, JSONATA)).error).toBe(
      'States.QueryEvaluationError',
    );
  });

  it('a branch that fails cancels the others: they start no state any more', async () => {
    const calls: unknown[] = [];
    const execution = await States.fromDefinition(
      chain({
        X: {
          Type: 'Parallel',
          Branches: [
            chain({ Soon: { Type: 'Wait', Seconds: 1 }, Bad: { Type: 'Fail', Error: 'E' } }),
            chain({ Later: { Type: 'Wait', Seconds: 5 }, Work: { Type: 'Task', Resource: TASK } }),
          ],
          Catch: [{ ErrorEquals: ['E'], Next: 'Y' }],
        },
        Y: { Type: 'Wait', Seconds: 60 },
      }),
    ).run({ tasks: { [TASK]: (input) => calls.push(input) } });
    expect([execution.status, execution.seconds, calls]).toEqual(['SUCCEEDED', 61, []]);
    expect(execution.states).toEqual(['X', 'Soon', 'Later', 'Bad', 'Y']);
  });

  it('an Express workflow waits for no token and no job', () => {
    const definition = only({ Type: 'Task', Resource: SEND });
    expect(() => States.fromDefinition(definition, 'EXPRESS')).toThrow('an Express workflow cannot wait');
  });

  it('a distributed Map state without ResultWriter, in which items failed', async () => {
    const processor = {
      ...chain({ Bad: { Type: 'Fail', Error: 'E' } }),
      ProcessorConfig: { Mode: 'DISTRIBUTED' },
    };
    const machine = States.fromDefinition(
      only({ Type: 'Map', ItemProcessor: processor, ToleratedFailureCount: 1 }),
    );
    await expect(machine.run({ input: [1] })).rejects.toThrow('tolerated failures and no ResultWriter');
  });

  it('States.BranchFailed, of which AWS does not say what it matches', async () => {
    const machine = States.fromDefinition(
      chain({
        X: {
          Type: 'Parallel',
          Branches: [chain({ A: { Type: 'Fail', Error: 'E' } })],
          Catch: [{ ErrorEquals: ['States.BranchFailed'], Next: 'Y' }],
        },
        Y: END,
      }),
    );
    await expect(machine.run()).rejects.toThrow('States.BranchFailed');
  });
});
