/** Table 4 of the paper: what is left of Medicine with one modality, and without MAO. */
import type { PublishedTable } from './types.ts';

export const table4: PublishedTable = {
  name: 'table4',
  doc: 'Table 4 of the paper: Medicine, each modality alone, and Medicine without MAO.',
  source: 'Tao et al., ASE 2024, table 4',
  sets: {
    d1: {
      only_metric: { precision_weighted: 0.8926, recall_weighted: 0.8857, f1_weighted: 0.8847 },
      only_log: { precision_weighted: 0.3316, recall_weighted: 0.4571, f1_weighted: 0.382 },
      only_trace: { precision_weighted: 0.3595, recall_weighted: 0.4571, f1_weighted: 0.402 },
      without_mao: { precision_weighted: 0.935, recall_weighted: 0.9143, f1_weighted: 0.9086 },
      medicine: { precision_weighted: 0.9714, recall_weighted: 0.9428, f1_weighted: 0.9508 },
    },
    d2: {
      only_metric: { precision_weighted: 0.7705, recall_weighted: 0.7909, f1_weighted: 0.7753 },
      only_log: { precision_weighted: 0.8836, recall_weighted: 0.85, f1_weighted: 0.8445 },
      only_trace: { precision_weighted: 0.5232, recall_weighted: 0.5227, f1_weighted: 0.5139 },
      without_mao: { precision_weighted: 0.8959, recall_weighted: 0.8955, f1_weighted: 0.8953 },
      medicine: { precision_weighted: 0.9152, recall_weighted: 0.9136, f1_weighted: 0.9136 },
    },
    d3: {
      only_metric: { precision_weighted: 0.6875, recall_weighted: 0.5, f1_weighted: 0.4538 },
      only_log: { precision_weighted: 0.4792, recall_weighted: 0.4583, f1_weighted: 0.4431 },
      only_trace: { precision_weighted: 0.255, recall_weighted: 0.2083, f1_weighted: 0.2179 },
      without_mao: { precision_weighted: 0.7121, recall_weighted: 0.7083, f1_weighted: 0.6956 },
      medicine: { precision_weighted: 0.8358, recall_weighted: 0.8333, f1_weighted: 0.826 },
    },
  },
};
