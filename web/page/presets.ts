/** Cases with a story, each one link long. Titles and stories are the texts `preset_<name>` and `story_<name>`. */
export const PRESETS = {
  tutorial: "nn.MaxPool2d(kernel_size=6, stride=2)&image=spaceship&at=26,48",
  resnet: "nn.MaxPool2d(kernel_size=3, stride=2, padding=1)&image=spaceship&at=0,0",
  googlenet: "nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)&image=numbers&at=3,1",
  sppf: "nn.MaxPool2d(kernel_size=5, stride=1, padding=2)&image=spaceship&at=56,100&side=input",
  dilated: "nn.MaxPool2d(kernel_size=3, stride=1, dilation=2)&image=numbers&at=1,2",
  strided: "nn.MaxPool2d(kernel_size=1, stride=2)&image=rings&at=40,48",
  empty: "nn.MaxPool2d(kernel_size=2, stride=1, padding=1, dilation=3)&image=numbers&grid=2:1,2,3,4&at=0,0",
  divisor:
    "nn.AvgPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True)&image=numbers&grid=4:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16&at=2,2",
  dilate: "nn.MaxPool2d(kernel_size=3, stride=1, padding=1)&image=drawing&at=70,92",
  erode: "MinPool2d(kernel_size=3, stride=1, padding=1)&image=drawing&at=70,92",
} as const;

export type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];
