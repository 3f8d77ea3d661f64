import { createApp } from "vue";
import DeskPage from "./desk-page.vue";

createApp(DeskPage).mount("#app");
