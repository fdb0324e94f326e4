/** Table 3 of the paper: Medicine and eight approaches on its three data sets. */
import type { PublishedTable } from './types.ts';

export const table3: PublishedTable = {
  name: 'table3',
  doc: 'Table 3 of the paper: weighted precision, recall and F1 of Medicine and eight approaches.',
  source: 'Tao et al., ASE 2024, table 3',
  sets: {
    d1: {
      dejavu: { precision_weighted: 0.4569, recall_weighted: 0.5526, f1_weighted: 0.4972 },
      isquad: { precision_weighted: 0.4291, recall_weighted: 0.5429, f1_weighted: 0.475 },
      cloud19: { precision_weighted: 0.5082, recall_weighted: 0.5429, f1_weighted: 0.5231 },
      logcluster: { precision_weighted: 0.4867, recall_weighted: 0.3714, f1_weighted: 0.3852 },
      mepfl: { precision_weighted: 0.3286, recall_weighted: 0.4571, f1_weighted: 0.3823 },
      cloudrca: { precision_weighted: 0.2463, recall_weighted: 0.137, f1_weighted: 0.1143 },
      diagfusion: { precision_weighted: 0.7326, recall_weighted: 0.6744, f1_weighted: 0.7015 },
      microcbr: { precision_weighted: 0.6286, recall_weighted: 0.8, f1_weighted: 0.65 },
      medicine: { precision_weighted: 0.9714, recall_weighted: 0.9428, f1_weighted: 0.9508 },
    },
    d2: {
      dejavu: { precision_weighted: 0.462, recall_weighted: 0.482, f1_weighted: 0.4682 },
      isquad: { precision_weighted: 0.6798, recall_weighted: 0.6591, f1_weighted: 0.6457 },
      cloud19: { precision_weighted: 0.5703, recall_weighted: 0.5682, f1_weighted: 0.569 },
      logcluster: { precision_weighted: 0.4522, recall_weighted: 0.4862, f1_weighted: 0.4671 },
      mepfl: { precision_weighted: 0.2321, recall_weighted: 0.4818, f1_weighted: 0.3133 },
      cloudrca: { precision_weighted: 0.0913, recall_weighted: 0.2174, f1_weighted: 0.118 },
      diagfusion: { precision_weighted: 0.8176, recall_weighted: 0.7891, f1_weighted: 0.7895 },
      microcbr: { precision_weighted: 0.463, recall_weighted: 0.431, f1_weighted: 0.4464 },
      medicine: { precision_weighted: 0.9152, recall_weighted: 0.9136, f1_weighted: 0.9136 },
    },
    d3: {
      dejavu: { precision_weighted: 0.599, recall_weighted: 0.1852, f1_weighted: 0.1962 },
      isquad: { precision_weighted: 0.16, recall_weighted: 0.25, f1_weighted: 0.1857 },
      cloud19: { precision_weighted: 0.3602, recall_weighted: 0.4167, f1_weighted: 0.383 },
      logcluster: { precision_weighted: 0.4128, recall_weighted: 0.5, f1_weighted: 0.426 },
      mepfl: { precision_weighted: 0.2946, recall_weighted: 0.4035, f1_weighted: 0.3562 },
      cloudrca: { precision_weighted: 0.3708, recall_weighted: 0.263, f1_weighted: 0.2652 },
      diagfusion: { precision_weighted: 0.387, recall_weighted: 0.2813, f1_weighted: 0.3165 },
      microcbr: { precision_weighted: 0.4626, recall_weighted: 0.5714, f1_weighted: 0.4835 },
      medicine: { precision_weighted: 0.8358, recall_weighted: 0.8333, f1_weighted: 0.826 },
    },
  },
};
