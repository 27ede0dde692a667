import { atOnce, call, catchAll, sequence, type State } from './states';

/** What the definition of the state machine refers to. */
export interface DefinitionNames {
  readonly partition: string;
  readonly table: string;
  readonly work: string;
  readonly results: string;
  /** ARNs of the functions. */
  readonly split: string;
  readonly page: string;
  readonly redact: boolean;
  readonly targetLanguage?: string;
}

const TEXT = { Text: '{% $text %}', LanguageCode: '{% $language %}' };

/** Analyses each page on its own, four at a time. A page that fails is recorded, and the others go on. */
export function analysePages(names: DefinitionNames): Record<string, State> {
  return {
    AnalysePages: {
      Type: 'Map',
      Items: '{% $states.input.pages %}',
      // Comprehend and Translate have quotas for each second.
      MaxConcurrency: 4,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        ...sequence({
          AnalysePage: {
            Type: 'Parallel',
            Branches: [onePage(names)],
            Assign: {},
            Output: '{% $states.result[0] %}',
            Catch: catchAll('PageFailed').map((catcher) => ({
              ...catcher,
              // The cause could quote the page.
              Output: {
                page: '{% $states.input.page %}',
                status: 'failed',
                reason: '{% $states.errorOutput.Error %}',
              },
            })),
            End: true,
          },
          PageFailed: { Type: 'Succeed' },
        }),
      },
      Assign: { unfinished: "{% [$states.result[status != 'done'].{'page': page, 'reason': reason}] %}" },
      Output: '{% {"pages": $count($states.result)} %}',
      Next: 'IsAnyPageDone',
    },
    IsAnyPageDone: {
      Type: 'Choice',
      Choices: [
        {
          Condition: '{% $count($unfinished) = 0 %}',
          Output: { status: 'done', pages: '{% $states.input.pages %}' },
          Next: 'Analysed',
        },
        { Condition: '{% $count($unfinished) = $states.input.pages %}', Next: 'NoPageDone' },
      ],
      Output: {
        status: 'partial',
        pages: '{% $states.input.pages %}',
        unfinished: '{% $unfinished %}',
      },
      Default: 'Analysed',
    },
    NoPageDone: {
      Type: 'Fail',
      Error: 'NoPageDone',
      Cause: "{% $join($distinct($unfinished.reason), ', ') %}",
    },
  };
}

function onePage({ partition, work, results, page, redact, targetLanguage }: DefinitionNames): State {
  const service = (resource: string, Arguments: unknown, more: State = {}) =>
    call(partition, `aws-sdk:${resource}`, Arguments, more);
  const personalLanguages = "{% $language in ['en', 'es'] %}";
  const withhold = {
    Withhold: {
      Type: 'Pass',
      Output: {
        page: '{% $pageNumber %}',
        status: 'withheld',
        reason: "{% 'personal data cannot be found in language ' & $language %}",
      },
      End: true,
    },
  };
  return sequence({
    ReadPage: service(
      's3:getObject',
      { Bucket: work, Key: '{% $states.input.key %}' },
      {
        Assign: {
          text: '{% $states.result.Body %}',
          pageKey: '{% $states.input.key %}',
          pageNumber: '{% $states.input.page %}',
        },
        Output: {},
      },
    ),
    DetectLanguage: service(
      'comprehend:detectDominantLanguage',
      { Text: '{% $text %}' },
      {
        Assign: {
          language:
            "{% ($l := $states.result.Languages^(>Score)[0]; $exists($l) ? $l.LanguageCode : 'und') %}",
        },
        Output: {},
        Next: redact ? 'MayBeRedacted' : 'AnalyseText',
      },
    ),
    // Comprehend finds personal data in English and in Spanish only.
    ...(redact && {
      MayBeRedacted: {
        Type: 'Choice',
        Choices: [{ Condition: personalLanguages, Next: 'AnalyseText' }],
        Default: 'Withhold',
      },
      ...withhold,
    }),
    AnalyseText: {
      Type: 'Parallel',
      Branches: [
        sequence({
          DetectSentiment: service('comprehend:detectSentiment', TEXT, {
            Output: '{% $states.result.Sentiment %}',
          }),
        }),
        sequence({
          DetectEntities: service('comprehend:detectEntities', TEXT, {
            Output: '{% {"entities": [$states.result.Entities]} %}',
          }),
        }),
        sequence({
          HasPersonalDataDetection: {
            Type: 'Choice',
            Choices: [{ Condition: personalLanguages, Next: 'DetectPersonalData' }],
            Output: { personal: [] },
            Default: 'NoPersonalDataDetection',
          },
          DetectPersonalData: service('comprehend:detectPiiEntities', TEXT, {
            Output: '{% {"personal": [$states.result.Entities]} %}',
            End: true,
          }),
          NoPersonalDataDetection: { Type: 'Pass', End: true },
        }),
      ],
    },
    WritePage: call(
      partition,
      'lambda:invoke',
      {
        FunctionName: page,
        Payload: {
          prefix: '{% $prefix %}',
          page: '{% $pageNumber %}',
          key: '{% $pageKey %}',
          language: '{% $language %}',
          sentiment: '{% $states.input[0] %}',
          entities: '{% $states.input[1].entities %}',
          personal: '{% $states.input[2].personal %}',
        },
      },
      // Redacted, where redaction is on: what follows gets nothing else.
      { Assign: { written: '{% $states.result.Payload.text %}' }, Output: {} },
    ),
    ...(targetLanguage !== undefined && {
      NeedsTranslation: {
        Type: 'Choice',
        Choices: [{ Condition: `{% $language = '${targetLanguage}' %}`, Next: 'PageDone' }],
        Default: 'Translate',
      },
      Translate: service(
        'translate:translateText',
        { Text: '{% $written %}', SourceLanguageCode: '{% $language %}', TargetLanguageCode: targetLanguage },
        { Output: '{% $states.result.TranslatedText %}' },
      ),
      WriteTranslation: service(
        's3:putObject',
        {
          Bucket: results,
          Key: `{% $prefix & '/pages/' & $string($pageNumber) & '.${targetLanguage}.txt' %}`,
          Body: '{% $states.input %}',
          ContentType: 'text/plain; charset=utf-8',
        },
        { Output: {} },
      ),
    }),
    PageDone: { Type: 'Succeed', Output: { page: '{% $pageNumber %}', status: 'done' } },
  });
}

/** Labels and moderation labels of an image, at the same time. */
export function analyseImage({ partition, results }: DefinitionNames): Record<string, State> {
  const Image = { S3Object: { Bucket: '{% $bucket %}', Name: '{% $key %}', Version: '{% $version %}' } };
  const detect = (operation: string, more: State, output: string) =>
    call(partition, `aws-sdk:rekognition:${operation}`, { Image, ...more }, { Output: `{% [${output}] %}` });
  const labels = (field: string) =>
    `$states.result.${field}.{'name': Name, 'parent': ParentName, 'confidence': Confidence}`;
  return {
    AnalyseImage: atOnce(
      {
        DetectLabels: detect('detectLabels', { MaxLabels: 50, MinConfidence: 70 }, labels('Labels')),
        DetectModerationLabels: detect(
          'detectModerationLabels',
          { MinConfidence: 60 },
          labels('ModerationLabels'),
        ),
      },
      {
        Output: '{% {"labels": [$states.result[0]], "moderation": [$states.result[1]]} %}',
        Next: 'WriteImage',
      },
    ),
    WriteImage: call(
      partition,
      'aws-sdk:s3:putObject',
      {
        Bucket: results,
        Key: "{% $prefix & '/image.json' %}",
        Body: '{% $string($states.input) %}',
        ContentType: 'application/json',
      },
      {
        Output: {
          status: 'done',
          labels: '{% $count($states.input.labels) %}',
          moderation: '{% [$states.input.moderation.name] %}',
        },
        Next: 'Analysed',
      },
    ),
  };
}
