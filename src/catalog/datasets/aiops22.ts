/** D1. Nothing of it can be fetched without an account or a browser. */
import type { KnownDataset } from './types.ts';

export const aiops22: KnownDataset = {
  name: 'aiops22',
  title: 'AIOps Challenge 2022: Online Boutique, three cloudbeds (data set D1 is its May 2022 part)',
  licence: 'terms of the challenge; none stated with the data',
  homepage: 'https://competition.aiops-challenge.com',
  citation: 'CCF International AIOps Challenge 2022, https://competition.aiops-challenge.com',
  roots: ['.'],
  reader: { format: 'aiops22' },
  files: [],
  byHand: [
    'Challenge archives: register at https://competition.aiops-challenge.com and download the 2022 data with its ground truth.',
    'A cleaned part of March 2022 ("Market" of OpenRCA): https://drive.google.com/drive/folders/1wGiEnu4OkWrjPxfx5ZTROnU37-5UDoPM',
    'Unpack into the folder aiops22 of the data root; every layout of folders will do.',
  ],
  notes: ['Neither address has been tried from here, and no checksums are known.'],
};
