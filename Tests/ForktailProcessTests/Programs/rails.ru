# A Rails application in one file.
require 'logger'
require 'rails'
require 'action_controller/railtie'

class Site < Rails::Application
  config.root = Dir.pwd
  config.eager_load = true
  config.hosts.clear
  config.secret_key_base = 'only for tests'
  config.logger = Logger.new($stdout)
  config.log_level = :warn
  routes.append do
    root to: 'pages#identity'
    get 'slow', to: 'pages#slow'
    get 'hang', to: 'pages#hang'
    get 'crash', to: 'pages#crash'
  end
end

class PagesController < ActionController::Base
  def identity
    render plain: "#{ENV['FORKTAIL_SLOT']} #{Process.pid} #{ENV['FORKTAIL_GENERATION']}\n"
  end

  def slow
    sleep 2
    render plain: "slow\n"
  end

  def hang
    sleep
  end

  def crash
    Process.kill(:KILL, Process.pid)
  end
end

Site.initialize!
run Site
