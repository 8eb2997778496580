"""What Prometheus and Grafana take as it is: alert rules and a dashboard over the exported metrics."""
