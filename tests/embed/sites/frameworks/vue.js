// Vue 3 hands back what the element tells.
import { createApp, h, ref } from "vue";

export function vue(place) {
  const at = ref("1,1");
  const onPoolcursor = ({ detail: { row, column } }) => {
    at.value = `${row},${column}`;
  };
  const render = () => h("pool-view", { id: "in-vue", code: "nn.MaxPool2d(3, stride=2)", at: at.value, onPoolcursor });
  createApp({ render }).mount(place);
}
