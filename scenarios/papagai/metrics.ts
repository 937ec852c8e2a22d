const s = 's';
const share = (describe: string) => ({ unit: '', describe });

/** Every metric of the scenario with its unit. */
export const metrics = {
  turnaroundMeanSeconds: { unit: s, describe: 'from handing in to the first complete feedback, accepted essays' },
  turnaroundP50Seconds: { unit: s, describe: 'the same, median by nearest rank' },
  turnaroundP95Seconds: { unit: s, describe: 'the same, 95 % of the essays are no later' },
  turnaroundMaxSeconds: { unit: s, describe: 'the same, last' },
  waitMeanSeconds: { unit: s, describe: 'in the queue before the first service (fifo)' },
  waitShare: share('essays that waited at all (fifo)'),
  serviceMeanSeconds: { unit: s, describe: 'time of service of an essay' },
  queueMax: { unit: 'essays', describe: 'most that waited at once (fifo)' },
  utilisation: share('busy time of the servers from first arrival to last departure; lecturers in office time'),
  completed: { unit: 'essays', describe: 'answered' },
  rejected: { unit: 'essays', describe: 'refused as too short' },
  lecturerHours: { unit: 'h', describe: 'marking and reviewing' },
  reviewTurnaroundP50Seconds: { unit: s, describe: 'from handing in to the end of the review, median' },
  costDollars: { unit: '$', describe: 'servers and API; no wages' },
  costPerEssayDollars: { unit: '$', describe: 'the same for each answered essay' },
  feedbackAgreement: share('essays whose feedback is that of true labels, wording aside'),
  feedbackAgreementCi95: share('half width of its interval: 1.96 standard errors'),
  agreementPhases: share('the same of the phases asked for'),
  agreementLevel: share('the same of the level'),
  agreementEmotion: share('the same of the emotion line'),
  agreementTopic: share('the same of the topic lines'),
  weakestPhaseJaccard: share('overlap of the phases asked for with the true ones'),
  gibbsTop1Measured: share('sentences whose phase is ranked first'),
  gibbsTop3Measured: share('the same among the first three'),
  emotionMicroF1Measured: share('micro-F1 of emotion labels'),
  emotionAnyCorrect: share('sentences with a right label, or rightly none'),
  levelQwkMeasured: share('quadratic kappa of the level'),
  trueLevelMean: { unit: '', describe: 'mean true level, 0 to 4' },
  feedbackVariantsMean: { unit: '', describe: 'texts that the same feedback could have, mean' },
  sampleFeedback: { unit: '', describe: 'feedback on the first accepted essay' },
} as const;

export type MetricName = keyof typeof metrics;
